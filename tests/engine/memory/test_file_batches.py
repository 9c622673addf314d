"""Batches outlive a restart, and say what became of their files."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from app.engine.domain.errors import BankNotFound, InvalidRequest, NotFound
from app.engine.domain.memory import Bank, BatchFile, Chunking, Document, StoredFile
from app.engine.memory.banks import Banks, new_document_id
from app.engine.memory.file_batches import FileBatches
from app.engine.storage import banks as bank_tables
from app.engine.storage import file_batches, sessions
from app.engine.storage.bank_documents import NewDocument
from app.engine.storage.banks import BankStore
from app.engine.storage.database import Database
from app.engine.storage.file_batches import FileBatchStore

BANK = "vs_1"


class Documents:
    """Lists files in the bank's own database, as the real part does, and reads none."""

    def __init__(self, banks: Banks) -> None:
        self._banks = banks
        self.cancelled: list[tuple[str, ...]] = []

    async def add_file(self, bank_id: str, file_id: str, *, attributes: Any = None, chunking: Any = None) -> Document:
        document = Document(
            id=new_document_id(), bank_id=bank_id, name=file_id, uri=f"stored:{file_id}", file_id=file_id,
            attributes=attributes or {}, chunking=chunking,
        )  # fmt: skip
        opened = await self._banks.open(bank_id)
        return (await opened.documents.put([NewDocument(document=document)]))[0]

    async def cancel_documents(self, bank_id: str, document_ids: tuple[str, ...] = ()) -> int:
        self.cancelled.append(document_ids)
        opened = await self._banks.open(bank_id)
        return len(await opened.documents.change_where(document_ids, ("waiting",), state="cancelled"))


class Files:
    """Knows every file but `missing`."""

    async def get(self, file_id: str) -> StoredFile:
        if file_id == "missing":
            raise NotFound("There is no such file.", param="file_id")
        sha256 = hashlib.sha256(file_id.encode()).hexdigest()
        return StoredFile(id=file_id, name=file_id, purpose="", size_bytes=1, sha256=sha256, created_at=0)


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[tuple[FileBatches, Banks, Documents]]:
    """One run of the program on a data directory."""
    migrations = (*sessions.MIGRATIONS, *bank_tables.MIGRATIONS, *file_batches.MIGRATIONS)
    database = Database(folder / "paddock.db", migrations)
    await database.open()
    banks = Banks(BankStore(database), folder / "banks", lambda event: None)
    documents = Documents(banks)
    try:
        await banks.initialize()
        if not banks.all():
            await banks.add(Bank(id=BANK, name="Birds"))
        yield FileBatches(FileBatchStore(database), banks, documents, Files()), banks, documents
    finally:
        await banks.close()
        await database.close()


async def test_a_batch_is_there_after_a_restart(tmp_path: Path) -> None:
    own = BatchFile(file_id="b", attributes={"n": 2}, chunking=Chunking(max_tokens=64))
    async with running(tmp_path) as (batches, _, _):
        made = await batches.create(BANK, (BatchFile(file_id="a"), own, BatchFile(file_id="a")))
        assert made.file_ids == ("a", "b")
    async with running(tmp_path) as (batches, banks, _):
        opened = await banks.open(BANK)
        number = await opened.documents.number("b")
        await opened.documents.change(number, state="ready")
        batch = await batches.get(BANK, made.id)
    assert [(each.file_id, each.state) for each in batch.documents] == [("a", "waiting"), ("b", "ready")]
    assert (batch.documents[1].attributes, batch.documents[1].chunking) == ({"n": 2}, Chunking(max_tokens=64))


async def test_no_file_is_added_when_one_is_not_there(tmp_path: Path) -> None:
    async with running(tmp_path) as (batches, banks, _):
        with pytest.raises(NotFound):
            await batches.create(BANK, (BatchFile(file_id="a"), BatchFile(file_id="missing")))
        with pytest.raises(InvalidRequest):
            await batches.create(BANK, ())
        with pytest.raises(BankNotFound):
            await batches.create("vs_9", (BatchFile(file_id="a"),))
        assert (await (await banks.open(BANK)).documents.stats()).documents == 0


async def test_only_what_is_not_ready_is_stopped(tmp_path: Path) -> None:
    async with running(tmp_path) as (batches, banks, documents):
        made = await batches.create(BANK, (BatchFile(file_id="a"), BatchFile(file_id="b")))
        opened = await banks.open(BANK)
        await opened.documents.change(await opened.documents.number("a"), state="ready")
        stopped = await batches.cancel(BANK, made.id)
        assert stopped.cancelled
        assert [each.state for each in stopped.documents] == ["ready", "cancelled"]
        assert documents.cancelled == [(made.documents[1].id,)]


async def test_a_batch_that_is_done_cannot_be_stopped_any_more(tmp_path: Path) -> None:
    async with running(tmp_path) as (batches, banks, documents):
        made = await batches.create(BANK, (BatchFile(file_id="a"),))
        opened = await banks.open(BANK)
        await opened.documents.change(await opened.documents.number("a"), state="ready")
        assert not (await batches.cancel(BANK, made.id)).cancelled
        assert documents.cancelled == []
