"""`paddock banks add` and `retry` wait until all is read, and say what could not be."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.cli import banks_adding as module
from app.cli.main import main
from app.engine.domain.events import BankChanged
from tests.fakes.terminal import TerminalHost

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def bank(host: TerminalHost):
    return host.engine.memory.add_bank("Birds")


def names(host: TerminalHost) -> dict[str, str]:
    return {document.name: document.state for document in host.engine.memory.kept.values()}


def test_files_and_folders_are_read_before_it_ends(host: TerminalHost, bank, capsys: Capture, tmp_path: Path) -> None:
    folder = tmp_path / "fen"
    folder.mkdir()
    for name in ("owl.txt", "heron.txt"):
        (folder / name).write_text("A bird.")
    (tmp_path / "kiwi.txt").write_text("Another.")
    assert main(["banks", "add", "Birds", str(folder), str(tmp_path / "kiwi.txt")]) == 0
    assert capsys.readouterr().out == "3 ready\n"
    assert names(host) == {"owl.txt": "ready", "heron.txt": "ready", "kiwi.txt": "ready"}
    assert main(["banks", "add", "Birds", str(folder)]) == 0
    assert capsys.readouterr().out == "2 unchanged\n"


def test_each_failure_is_told_and_makes_it_fail(host: TerminalHost, bank, capsys: Capture, tmp_path: Path) -> None:
    host.engine.memory.failures["bad.pdf"] = "The file is torn."
    for name in ("good.txt", "bad.pdf", "tool.exe"):
        (tmp_path / name).write_text("x")
    assert main(["banks", "add", "Birds", str(tmp_path)]) == 1
    told = capsys.readouterr()
    assert told.out == "1 ready, 1 failed, 1 refused\n"
    assert "bad.pdf" in told.err and "The file is torn." in told.err
    assert "tool.exe: this kind of file holds no text" in told.err


def test_the_report_as_json(host: TerminalHost, bank, capsys: Capture, tmp_path: Path) -> None:
    host.engine.memory.failures["bad.pdf"] = "The file is torn."
    (tmp_path / "bad.pdf").write_text("x")
    assert main(["banks", "add", "Birds", str(tmp_path), "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert (report["bank"], report["waiting"], report["unchanged"]) == (bank.id, 0, 0)
    assert report["documents"][0]["failure"]["message"] == "The file is torn."


def test_text_comes_from_stdin_under_a_name(
    host: TerminalHost, bank, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("Buy hay."))
    assert main(["banks", "add", "Birds", "-", "--name", "notes"]) == 0
    ((document_id, document),) = host.engine.memory.kept.items()
    assert (document.name, host.engine.memory.parts[document_id]) == ("notes", ["Buy hay."])
    assert main(["banks", "add", "Birds", "-"]) == 1
    assert "--name" in capsys.readouterr().err


def test_an_address_is_fetched_only_after_a_yes(
    host: TerminalHost, bank, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    answers = iter((False, True))
    monkeypatch.setattr(module, "confirm", lambda question: asked.append(question) or next(answers))
    url = "https://birds.example/heron"
    assert main(["banks", "add", "Birds", url]) == 1
    assert f"{url}: it was not fetched" in capsys.readouterr().err
    assert host.engine.memory.fetched == []
    assert main(["banks", "add", "Birds", url]) == 0
    assert asked == [f"Fetch {url} from the network?"] * 2
    assert main(["banks", "add", "Birds", url, "--yes"]) == 0
    assert host.engine.memory.fetched == [url, url]


def test_without_waiting_the_rest_is_left_to_the_next_start(
    host: TerminalHost, bank, capsys: Capture, tmp_path: Path
) -> None:
    host.engine.memory.hold()
    (tmp_path / "owl.txt").write_text("A bird.")
    assert main(["banks", "add", "Birds", str(tmp_path), "--no-wait"]) == 0
    told = capsys.readouterr()
    assert (told.out, "next start" in told.err) == ("1 still to be read\n", True)


def test_an_interrupt_stops_the_waiting_and_loses_nothing(
    host: TerminalHost, bank, capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host.engine.memory.hold()
    (tmp_path / "owl.txt").write_text("A bird.")

    def interrupted(*_given: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "_wait", interrupted)
    assert main(["banks", "add", "Birds", str(tmp_path)]) == 130
    assert capsys.readouterr().err == "Stopped after 0 of 1 documents; the rest is read at the next start.\n"
    assert host.stopped == 1
    assert not host.engine.memory.all[bank.id].paused


def test_a_paused_bank_is_not_waited_for(host: TerminalHost, bank, capsys: Capture, tmp_path: Path) -> None:
    host.engine.memory.hold()
    host.engine.memory.all[bank.id] = msgspec.structs.replace(bank, paused=True)
    (tmp_path / "owl.txt").write_text("A bird.")
    assert main(["banks", "add", "Birds", str(tmp_path)]) == 0
    assert f"paddock banks resume {bank.id}" in capsys.readouterr().err


def test_a_bank_that_stops_working_ends_the_waiting(
    host: TerminalHost, bank, capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = host.engine.memory
    memory.hold()
    (tmp_path / "owl.txt").write_text("A bird.")
    inner = memory.add_paths

    async def then_trouble(bank_id: str, paths: Any, **options: Any) -> Any:
        added = await inner(bank_id, paths, **options)
        broken = msgspec.structs.replace(memory.all[bank_id], problem="The disk is full.")
        host.engine.events.publish(BankChanged(broken))
        return added

    monkeypatch.setattr(memory, "add_paths", then_trouble)
    monkeypatch.setattr(memory, "_read", lambda document_id: None)
    assert main(["banks", "add", "Birds", str(tmp_path)]) == 1
    assert "The disk is full." in capsys.readouterr().err


def test_what_failed_is_read_again(host: TerminalHost, bank, capsys: Capture) -> None:
    first = host.engine.memory.add_document(bank.id, "bad.pdf", "x", state="failed")
    host.engine.memory.add_document(bank.id, "worse.pdf", "x", state="failed")
    assert main(["banks", "retry", "Birds", first.id, "--ocr"]) == 0
    assert capsys.readouterr().out == "1 ready\n"
    assert host.engine.memory.ocr_asked == [first.id]
    assert names(host) == {"bad.pdf": "ready", "worse.pdf": "failed"}
    assert main(["banks", "retry", "Birds"]) == 0
    assert names(host) == {"bad.pdf": "ready", "worse.pdf": "ready"}
    assert main(["banks", "retry", "Birds"]) == 0
    assert capsys.readouterr().out == "1 ready\nnothing to read\n"


def test_what_an_earlier_command_left_is_waited_for(
    host: TerminalHost, bank, capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = host.engine.memory
    left = memory.add_document(bank.id, "left.txt", "A bird.", state="waiting")
    wait = module._wait

    def read_then_wait(*given: Any) -> None:
        host.call(begin()).result()
        wait(*given)

    async def begin() -> None:
        memory._read(left.id)

    monkeypatch.setattr(module, "_wait", read_then_wait)
    (tmp_path / "owl.txt").write_text("A bird.")
    assert main(["banks", "add", "Birds", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "2 ready\n"
    assert names(host) == {"left.txt": "ready", "owl.txt": "ready"}
