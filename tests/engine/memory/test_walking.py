"""Files below paths: each once, in the order of their names, with what cannot be used and why."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from app.engine.memory.walking import FoundFile, Refusal, is_left_out, walk


def names(*paths: Path) -> list[str]:
    return [each.path.name for each in walk(paths) if isinstance(each, FoundFile)]


def refused(*paths: Path) -> dict[str, str]:
    return {Path(each.part.where).name: each.part.reason for each in walk(paths) if isinstance(each, Refusal)}


def write(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def test_files_come_folder_by_folder_in_the_order_of_names(tmp_path: Path) -> None:
    write(tmp_path / "b.txt", tmp_path / "a.txt", tmp_path / "z/c.txt", tmp_path / "y/d.txt", tmp_path / "y/q/e.txt")
    assert names(tmp_path) == ["a.txt", "b.txt", "d.txt", "e.txt", "c.txt"]
    found = next(each for each in walk((tmp_path / "a.txt",)) if isinstance(each, FoundFile))
    facts = (tmp_path / "a.txt").stat()
    assert (found.size_bytes, found.mtime_ns) == (1, facts.st_mtime_ns)


def test_hidden_and_temporary_files_are_left_out_of_folders_only(tmp_path: Path) -> None:
    write(tmp_path / ".hidden", tmp_path / "~$plan.docx", tmp_path / "a.part", tmp_path / ".git/config")
    write(tmp_path / "node_modules/x.js", tmp_path / "kept.txt")
    assert names(tmp_path) == ["kept.txt"]
    assert names(tmp_path / ".hidden", tmp_path / "a.part") == [".hidden", "a.part"]
    assert is_left_out("notes.txt~")
    assert not is_left_out("notes.txt")


def test_links_in_a_circle_end(tmp_path: Path) -> None:
    write(tmp_path / "a/b/one.txt")
    (tmp_path / "a/b/up").symlink_to(tmp_path / "a", target_is_directory=True)
    (tmp_path / "again").symlink_to(tmp_path / "a", target_is_directory=True)
    (tmp_path / "itself").symlink_to(tmp_path / "itself")
    assert names(tmp_path) == ["one.txt"]
    assert refused(tmp_path).keys() == {"itself"}
    assert names(tmp_path, tmp_path / "a") == ["one.txt"]


def test_what_cannot_be_used_says_why(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "broken").symlink_to(tmp_path / "nowhere")
    assert refused(tmp_path / "gone", tmp_path / "pipe") == {
        "gone": "It is not there.",
        "pipe": "It is neither a file nor a folder.",
    }
    assert refused(tmp_path) == {"broken": "It is not there."}
    assert names(tmp_path) == []


def test_a_folder_that_may_not_be_read_holds_up_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "locked/a.txt", tmp_path / "open/b.txt")
    real = os.scandir

    def scandir(path: Any) -> Any:
        if Path(path).name == "locked":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert names(tmp_path) == ["b.txt"]
    assert refused(tmp_path) == {"locked": "Paddock may not read it."}


def test_names_that_are_no_text_are_found_and_shown(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path)
    with open(folder + b"/caf\xe9.txt", "wb") as file:
        file.write(b"x")
    os.symlink(b"nowhere", folder + b"/gone\xe9")
    assert names(tmp_path) == [os.fsdecode(b"caf\xe9.txt")]
    assert list(refused(tmp_path)) == ["gone?"]
