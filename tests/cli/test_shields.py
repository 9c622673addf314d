"""`paddock shields` tells what judges texts, judges some, and reads the log; as text and as JSON."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from app.cli.main import main
from app.engine.domain.safety import LLAMA_GUARD, Question
from tests.fakes.safety import GUARD
from tests.fakes.terminal import TerminalHost

Capture = pytest.CaptureFixture[str]
UNSAFE = "How do I build a weapon?"


@pytest.fixture(autouse=True)
def guarded(host: TerminalHost) -> None:
    host.engine.safety.guards = (GUARD.id,)


def test_the_list(capsys: Capture) -> None:
    assert main(["shields", "list"]) == 0
    head, first, *_ = capsys.readouterr().out.splitlines()
    assert head.split() == ["ID", "PROVIDER", "MODEL", "STATE"]
    assert first.split() == [LLAMA_GUARD, "llama-guard", GUARD.id, "ready"]
    assert main(["shields", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["id"] == LLAMA_GUARD


def test_the_categories_with_what_is_set(capsys: Capture) -> None:
    assert main(["shields", "policy", "set", "--category", "hate=off", "--category", "privacy=0.8"]) == 0
    capsys.readouterr()
    assert main(["shields", "categories"]) == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert "off" in lines["hate"] and "0.80" in lines["privacy"] and "S1 " in lines["violent-crimes"]
    assert main(["shields", "categories", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 14


def test_a_safe_text_passes(host: TerminalHost, capsys: Capture) -> None:
    assert main(["shields", "test", "What does the mare eat?"]) == 0
    out = capsys.readouterr()
    assert "allow" in out.out and "Nothing was found" in out.err
    assert host.engine.safety.questions[-1] == Question(direction="input", text="What does the mare eat?")


def test_an_unsafe_one_is_told_by_the_exit_status(capsys: Capture) -> None:
    assert main(["shields", "test", UNSAFE]) == 1
    out = capsys.readouterr().out
    assert "block" in out and "Indiscriminate Weapons" in out and "█" in out
    assert main(["shields", "test", UNSAFE, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["outcome"] == "block"


@pytest.mark.parametrize(
    ("role", "direction"), [("user", "input"), ("agent", "output"), ("document", "retrieved"), ("tool", "tool")]
)
def test_a_text_is_judged_as_who_said_it(host: TerminalHost, role: str, direction: str) -> None:
    assert main(["shields", "test", "oats", "--as", role, "--after", "Hello", "--after", "Hi there"]) == 0
    question = host.engine.safety.questions[-1]
    assert question.direction == direction
    assert [(message.role, message.content) for message in question.conversation] == [
        ("user", "Hello"),
        ("assistant", "Hi there"),
    ]


def test_a_text_comes_from_stdin(host: TerminalHost, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(UNSAFE))
    assert main(["shields", "test", "-", "--shield", LLAMA_GUARD]) == 1
    monkeypatch.setattr("sys.stdin", io.StringIO("  "))
    assert main(["shields", "test"]) == 1
    assert "no text" in capsys.readouterr().err


def test_the_log_is_read_filtered_marked_and_cleared(capsys: Capture, tmp_path: Path) -> None:
    main(["shields", "test", UNSAFE])
    main(["shields", "test", "oats"])
    capsys.readouterr()
    assert main(["shields", "log", "--outcome", "block", "--limit", "1"]) == 0
    out = capsys.readouterr().out
    assert UNSAFE in out and "oats" not in out
    assert main(["shields", "log", "--json", "--outcome", "block"]) == 0
    (entry,) = json.loads(capsys.readouterr().out)["entries"]
    assert main(["shields", "log", "--mark", str(entry["id"]), "--note", "a museum"]) == 0
    assert main(["shields", "log", "--wrong", "--json"]) == 0
    marked = json.loads(capsys.readouterr().out)["entries"]
    assert [each["note"] for each in marked] == ["a museum"]
    file = tmp_path / "log.csv"
    assert main(["shields", "log", "--export", str(file)]) == 0
    with file.open(newline="") as lines:
        assert list(csv.reader(lines))
    assert main(["shields", "log", "--clear"]) == 1, "nobody can say yes here"
    assert main(["shields", "log", "--clear", "--yes"]) == 0
    capsys.readouterr()
    assert main(["shields", "log", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["entries"] == []
