"""Batches are kept whole, and go with their bank."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.engine.domain.errors import NotFound
from app.engine.domain.memory import Bank, FileBatch
from app.engine.storage import banks, file_batches
from app.engine.storage.banks import BankStore
from app.engine.storage.database import Database
from app.engine.storage.file_batches import FileBatchStore

BATCH = FileBatch(id="vsfb_1", bank_id="vs_1", file_ids=("file-1", "file-2"), created_at=12.5)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database(tmp_path / "paddock.db", (*banks.MIGRATIONS, *file_batches.MIGRATIONS))
    await opened.open()
    yield opened
    await opened.close()


async def test_a_batch_is_kept_and_cancelled(database: Database) -> None:
    store = FileBatchStore(database)
    await store.add(BATCH)
    assert await store.get("vs_1", "vsfb_1") == BATCH
    await store.cancel("vsfb_1")
    assert (await store.get("vs_1", "vsfb_1")).cancelled


async def test_a_batch_belongs_to_one_bank(database: Database) -> None:
    store = FileBatchStore(database)
    await store.add(BATCH)
    for bank, batch in (("vs_2", "vsfb_1"), ("vs_1", "vsfb_2")):
        with pytest.raises(NotFound) as refused:
            await store.get(bank, batch)
        assert refused.value.param == "batch_id"


async def test_batches_of_banks_that_are_gone_go_with_the_next_one(database: Database) -> None:
    store, registry = FileBatchStore(database), BankStore(database)
    await registry.put(Bank(id="vs_2", name="stays"))
    await store.add(BATCH)
    await store.add(FileBatch(id="vsfb_2", bank_id="vs_2", file_ids=("a",)))
    await store.add(FileBatch(id="vsfb_3", bank_id="vs_2", file_ids=("a",)))
    with pytest.raises(NotFound):
        await store.get("vs_1", "vsfb_1")
    assert (await store.get("vs_2", "vsfb_2")).file_ids == ("a",)
