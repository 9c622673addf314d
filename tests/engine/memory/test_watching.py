"""Folders that a bank follows."""

from __future__ import annotations

import asyncio
import shutil

import pytest

from app.engine.domain.errors import Conflict, InvalidRequest, NotFound
from app.engine.domain.memory import WatchedFolder
from app.engine.memory.scanning import Scan
from tests.fakes.memory_engine import Engine

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def watched(engine: Engine) -> tuple[str, WatchedFolder]:
    engine.parts.service._watcher._settle_milliseconds = 100
    bank = await engine.service.create_bank("Stable")
    path = engine.file("a.txt", "Oats in the morning.").parent
    folder = await engine.service.watch_folder(bank.id, path)
    await engine.ready(bank.id)
    return str(bank.id), folder


async def becomes(engine: Engine, bank_id: str, *names: str) -> None:
    """Wait until these documents are there and ready, and no others."""
    async with asyncio.timeout(10):
        while {n: d.state for n, d in (await engine.documents(bank_id)).items()} != dict.fromkeys(names, "ready"):
            await engine.parts.ingest.wait_for_move(engine.parts.ingest.moves, 0.02)


async def test_a_folder_is_followed_through_additions_changes_and_deletions(engine: Engine) -> None:
    bank_id, folder = await watched(engine)
    assert (folder.files, folder.problem) == (1, "")
    path = engine.file("deep/b.txt", "Hay at noon.")
    await becomes(engine, bank_id, "a.txt", "b.txt")
    engine.file("a.txt", "Carrots in the evening.")
    async with asyncio.timeout(10):
        while await engine.texts(bank_id, "carrots", limit=1, mode="keyword") != ["Carrots in the evening."]:
            await engine.parts.ingest.wait_for_move(engine.parts.ingest.moves, 0.02)
    path.unlink()
    await becomes(engine, bank_id, "a.txt")


async def test_a_folder_that_is_gone_keeps_its_documents(engine: Engine) -> None:
    bank_id, folder = await watched(engine)
    shutil.rmtree(folder.path)
    await engine.service.rescan(bank_id)
    (now,) = await engine.service.folders(bank_id)
    assert "not there" in now.problem
    assert (await engine.documents(bank_id)).keys() == {"a.txt"}
    assert await engine.texts(bank_id, "oats") == ["Oats in the morning."]
    engine.file("a.txt", "Oats in the morning.")
    await engine.service.rescan(bank_id)
    assert (await engine.service.folders(bank_id))[0].problem == ""


async def test_what_happened_while_paddock_was_closed_is_noticed_at_the_start(engine: Engine) -> None:
    bank_id, folder = await watched(engine)
    await engine.close()
    engine.file("c.txt", "Water all day.")
    (engine.folder / "documents" / "a.txt").unlink()
    await engine.start()
    await becomes(engine, bank_id, "c.txt")
    assert [each.id for each in await engine.service.folders(bank_id)] == [folder.id]


async def test_what_changes_during_a_look_is_noticed(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    bank_id, _folder = await watched(engine)
    real, changed = Scan.add, asyncio.Event()

    async def add(scan: Scan, paths: object) -> object:
        added = await real(scan, paths)  # type: ignore[arg-type]
        if not changed.is_set():
            changed.set()
            await asyncio.to_thread(engine.file, "late.txt", "Just behind the look.")
        return added

    monkeypatch.setattr(Scan, "add", add)
    engine.file("b.txt", "Hay at noon.")
    await becomes(engine, bank_id, "a.txt", "b.txt", "late.txt")


async def test_a_folder_that_is_followed_no_longer(engine: Engine) -> None:
    bank_id, folder = await watched(engine)
    await engine.service.unwatch_folder(bank_id, folder.id)
    assert await engine.service.folders(bank_id) == ()
    assert (await engine.documents(bank_id)).keys() == {"a.txt"}
    again = await engine.service.watch_folder(bank_id, engine.folder / "documents")
    engine.file("b.txt", "Hay at noon.")
    await becomes(engine, bank_id, "a.txt", "b.txt")
    await engine.service.unwatch_folder(bank_id, again.id, remove_documents=True)
    assert (await engine.documents(bank_id)).keys() <= {"a.txt"}


async def test_what_cannot_be_followed(engine: Engine) -> None:
    bank_id, folder = await watched(engine)
    with pytest.raises(Conflict, match="already"):
        await engine.service.watch_folder(bank_id, engine.folder / "documents")
    with pytest.raises(InvalidRequest, match="not a folder"):
        await engine.service.watch_folder(bank_id, engine.folder / "documents" / "a.txt")
    with pytest.raises(NotFound):
        await engine.service.unwatch_folder(bank_id, "dir_nope")
    await engine.service.delete_bank(bank_id)
    assert folder.id not in engine.parts.service._watcher._tasks
