"""A bank's list beside the files on disk."""

from __future__ import annotations

import os
import pathlib

import pytest

from app.engine.memory.addresses import file_uri
from app.engine.memory.scanning import Scan, vanished
from tests.fakes.memory_engine import Engine

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_new_changed_and_unchanged_files_are_told_apart(engine: Engine) -> None:
    bank = await engine.service.create_bank("Stable")
    await engine.service.pause(bank.id)
    first, second = engine.file("a.txt", "one"), engine.file("b.md", "two")
    opened = await engine.opened(bank.id)
    added = await Scan(opened, attributes={"year": 2024.0}).add((first.parent,))
    assert [(document.name, document.mime) for document in added.documents] == [
        ("a.txt", "text/plain"),
        ("b.md", "text/markdown"),
    ]
    assert added.documents[0].attributes == {"year": 2024.0}
    second.write_text("two and a half", encoding="utf-8")
    scan = Scan(opened)
    again = await scan.add((first.parent, first.parent / "gone.txt"))
    assert ([document.name for document in again.documents], again.unchanged) == (["b.md"], 1)
    assert again.documents[0].id == added.documents[1].id
    assert [part.reason for part in again.refused] == ["It is not there."]
    assert scan.seen == {file_uri(first), file_uri(second)}


async def test_a_file_with_a_new_time_and_the_same_content_is_only_noted(engine: Engine) -> None:
    bank = await engine.service.create_bank("Stable")
    path = engine.file("a.txt", "one")
    await engine.service.add_paths(bank.id, (path,))
    await engine.ready(bank.id)
    opened = await engine.opened(bank.id)
    os.utime(path, ns=(5, 5))
    assert (await Scan(opened).add((path,))).unchanged == 1
    assert (await opened.documents.known([file_uri(path)]))[file_uri(path)].mtime_ns == 5


async def test_a_file_that_went_between_two_looks_is_listed_again(engine: Engine) -> None:
    bank = await engine.service.create_bank("Stable")
    path = engine.file("a.txt", "one")
    await engine.service.add_paths(bank.id, (path,))
    await engine.ready(bank.id)
    scan = Scan(await engine.opened(bank.id))
    os.utime(path, ns=(5, 5))
    path.write_bytes(b"other")
    assert len((await scan.add((path,))).documents) == 1


async def test_only_files_that_are_gone_have_vanished(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = tmp_path / "a.txt"
    there.write_bytes(b"x")
    gone, below, hidden = tmp_path / "gone.txt", there / "below.txt", tmp_path / "hidden.txt"
    real = pathlib.Path.stat

    def stat(path: pathlib.Path, **more: bool) -> os.stat_result:
        if path == hidden:
            raise PermissionError(13, "Permission denied")
        return real(path, **more)

    monkeypatch.setattr(pathlib.Path, "stat", stat)
    uris = [file_uri(path) for path in (there, gone, below, hidden)]
    assert list(vanished([*uris, "text:note"])) == [file_uri(gone), file_uri(below)]
