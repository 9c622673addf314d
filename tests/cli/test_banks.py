"""`paddock banks` makes, shows, searches, keeps and deletes banks, as text and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.cli import banks as module
from app.cli.main import main
from app.engine.domain.memory import Chunking
from tests.fakes.memory import MINILM
from tests.fakes.terminal import TerminalHost

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def bank(host: TerminalHost):
    made = host.engine.memory.add_bank("Birds")
    host.engine.memory.add_document(made.id, "heron.txt", "The heron waits.\n\nThe owl flies.")
    return host.engine.memory.all[made.id]


def test_a_bank_is_made(host: TerminalHost, capsys: Capture) -> None:
    options = ["--model", MINILM.id, "--description", "Of the fen", "--tokens", "64", "--overlap", "8"]
    assert main(["banks", "create", "Birds", *options]) == 0
    (made,) = host.engine.memory.all.values()
    assert capsys.readouterr().out == f"{made.id}\n"
    assert (made.name, made.type, made.description) == ("Birds", "vector", "Of the fen")
    assert (made.chunking, made.embedding_model) == (Chunking(max_tokens=64, overlap_tokens=8), MINILM.id)
    assert main(["banks", "create", "Facts", "--type", "keyvalue", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["type"] == "keyvalue"


def test_an_overlap_needs_a_size(host: TerminalHost, capsys: Capture) -> None:
    assert main(["banks", "create", "Birds", "--overlap", "8"]) == 1
    assert "--tokens" in capsys.readouterr().err
    assert host.engine.memory.all == {}


def test_the_list(bank, capsys: Capture) -> None:
    assert main(["banks", "list"]) == 0
    head, line = capsys.readouterr().out.splitlines()
    assert head.split() == ["ID", "NAME", "TYPE", "DOCUMENTS", "PASSAGES", "SIZE", "MODEL", "STATE"]
    assert line.split() == [bank.id, "Birds", "vector", "1", "2", "1", "kB", MINILM.id, "ready"]
    assert main(["banks", "list", "--json"]) == 0
    assert [each["id"] for each in json.loads(capsys.readouterr().out)] == [bank.id]


def test_a_folder_is_followed_and_left(host: TerminalHost, bank, capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "kiwi.txt").write_text("The kiwi walks.")
    assert main(["banks", "watch", "Birds", str(tmp_path)]) == 0
    (folder,) = host.engine.memory.watched.values()
    assert capsys.readouterr().out == f"{folder.id}  {tmp_path}\n"
    assert main(["banks", "unwatch", "Birds", "/elsewhere"]) == 1
    assert str(tmp_path) in capsys.readouterr().err
    assert main(["banks", "unwatch", "Birds", str(tmp_path)]) == 0
    assert host.engine.memory.watched == {}
    assert main(["banks", "watch", "Birds", str(tmp_path), "--json"]) == 0
    made = json.loads(capsys.readouterr().out.partition("\n")[2])
    assert main(["banks", "unwatch", bank.id, made["id"], "--remove", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["removed"] is True


def test_the_status_names_what_failed(host: TerminalHost, bank, capsys: Capture) -> None:
    host.engine.memory.add_document(bank.id, "bad.pdf", state="failed")
    assert main(["banks", "status", "Birds"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("Birds") and lines[-1].startswith("bad.pdf")
    assert main(["banks", "status", "Birds", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["bank"]["stats"]["failed"], [each["name"] for each in report["failed"]]) == (1, ["bad.pdf"])


def test_the_status_of_keys_and_values(host: TerminalHost, capsys: Capture) -> None:
    host.engine.memory.add_bank("Facts", type="keyvalue")
    assert main(["banks", "status", "Facts"]) == 0
    assert "keyvalue" in capsys.readouterr().out


def test_a_search_shows_passages_and_scores(host: TerminalHost, bank, capsys: Capture) -> None:
    assert main(["banks", "search", "Birds", "heron", "waits", "--mode", "keyword", "--limit", "1"]) == 0
    told = capsys.readouterr()
    assert told.out.splitlines() == ["1. 0.90  heron.txt  (vector 0.80, keyword 6.00)", "    The heron waits."]
    assert told.err == "1 passage (keyword, 12 ms)\n"
    ((_, request),) = host.engine.memory.searches
    assert (request.query, request.mode, request.limit) == ("heron waits", "keyword", 1)
    assert main(["banks", "search", "Birds", "owl", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["hits"][0]["chunk"]["text"] == "The owl flies."


def test_a_bank_is_deleted_only_when_the_person_is_sure(
    host: TerminalHost, bank, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    answers = iter((False, True))
    monkeypatch.setattr(module, "confirm", lambda question: asked.append(question) or next(answers))
    assert main(["banks", "delete", "Birds"]) == 1
    assert "Nothing was deleted" in capsys.readouterr().err
    assert asked == ["Delete “Birds” with 1 documents for good?"]
    assert main(["banks", "delete", "Birds", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"bank": bank.id, "freed_bytes": bank.stats.size_bytes}
    assert host.engine.memory.all == {}


def test_yes_is_not_asked(host: TerminalHost, bank, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "confirm", lambda question: pytest.fail("asked"))
    assert main(["banks", "delete", bank.id, "--yes"]) == 0
    assert capsys.readouterr().out == "Birds deleted, 1 kB freed\n"


def test_a_bank_goes_into_a_file_and_comes_back(host: TerminalHost, bank, capsys: Capture, tmp_path: Path) -> None:
    file = tmp_path / "birds.paddock"
    assert main(["banks", "export", "Birds", str(file)]) == 0
    assert str(file) in capsys.readouterr().out
    assert main(["banks", "import", str(file), "--name", "Again"]) == 0
    made = next(each for each in host.engine.memory.all.values() if each.name == "Again")
    assert capsys.readouterr().out == f"{made.id}\n"
    assert main(["banks", "import", str(tmp_path / "nothing")]) == 1


def test_reading_is_held_back_and_let_go_on(host: TerminalHost, bank, capsys: Capture) -> None:
    host.engine.memory.add_document(bank.id, "kiwi.txt", "x", state="waiting")
    assert main(["banks", "pause", "Birds"]) == 0
    assert host.engine.memory.all[bank.id].paused
    assert capsys.readouterr().out == "Birds: paused, 1 waiting\n"
    assert main(["banks", "resume", "Birds", "--json"]) == 0
    assert not json.loads(capsys.readouterr().out)["paused"]


def test_a_check_tells_what_was_mended(bank, capsys: Capture) -> None:
    assert main(["banks", "check", "Birds"]) == 0
    assert "without a passage" in capsys.readouterr().out


def test_an_unknown_bank(host: TerminalHost, capsys: Capture) -> None:
    for verb in (["status"], ["search", "x"], ["delete"], ["pause"], ["resume"], ["check"], ["add", "x"], ["retry"]):
        assert main(["banks", verb[0], "Fish", *verb[1:]]) == 1, verb
        assert "Fish" in capsys.readouterr().err


def test_the_status_counts_anew(host: TerminalHost, bank, capsys: Capture) -> None:
    for number in range(3):
        host.engine.memory.add_document(bank.id, f"{number}.txt", "x", state="waiting")
    host.engine.memory.all[bank.id] = bank  # as the registry had it before the rest came
    assert main(["banks", "status", "Birds"]) == 0
    assert "4 documents (1 ready, 3 to read, 0 failed)" in capsys.readouterr().out
