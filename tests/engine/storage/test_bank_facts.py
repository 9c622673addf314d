"""Facts and watched folders of a bank are kept, replaced and forgotten."""

from __future__ import annotations

import asyncio
from pathlib import Path

from app.engine.domain.memory import WatchedFolder
from app.engine.storage.bank_facts import FactStore, is_quiet
from tests.fakes.bank import opened


async def test_facts(tmp_path: Path) -> None:
    async with opened(tmp_path) as bank:
        store = FactStore(bank.database)
        assert (await store.get("table"), await store.get("table", "chunks_1")) == ("", "chunks_1")
        await store.set("table", "chunks_2")
        await store.set("table", "chunks_3")
        assert await store.get("table", "chunks_1") == "chunks_3"
        assert await bank.count("facts") == 1


async def test_folders_and_their_documents(tmp_path: Path) -> None:
    async with opened(tmp_path) as bank:
        store = FactStore(bank.database)
        await store.put_folder(WatchedFolder(id="dir_1", bank_id="vs_1", path="/z"))
        await store.put_folder(WatchedFolder(id="dir_2", bank_id="vs_1", path="/a", files=3))
        await store.put_folder(WatchedFolder(id="dir_1", bank_id="vs_1", path="/z", problem="The disk is gone."))
        first, second = await store.folders()
        assert (first.id, first.files, second.path, second.problem) == ("dir_2", 3, "/z", "The disk is gone.")
        await bank.list("a", folder_id="dir_1")
        await bank.list("b", folder_id="dir_2")
        await store.remove_folder("dir_1")
        assert await store.folders() == (first,)
        assert (await bank.documents.get("file-a")).folder_id is None
        assert (await bank.documents.get("file-b")).folder_id == "dir_2"


async def test_a_bank_that_was_left_in_order_is_quiet(tmp_path: Path) -> None:
    async with opened(tmp_path) as bank:
        path, index, facts = bank.database.path, tmp_path / "index", FactStore(bank.database)

        async def quiet(version: str = "1") -> bool:
            return await asyncio.to_thread(is_quiet, path, index, version)

        assert await quiet()
        await bank.add("a", ["One."])
        assert not await quiet()  # it has chunks and no index
        await asyncio.to_thread(index.mkdir)
        assert await quiet()
        await facts.set("index_version", "1")
        assert await quiet()
        assert not await quiet("2")
        for name in ("busy", "deleted"):
            await facts.set(name, "1")
            assert not await quiet()
            await facts.set(name, "0")
        await bank.list("b")
        assert not await quiet()


async def test_a_file_that_is_no_database_is_not_quiet(tmp_path: Path) -> None:
    (tmp_path / "bank.db").write_bytes(b"nothing" * 400)
    assert not await asyncio.to_thread(is_quiet, tmp_path / "bank.db", None, "1")
