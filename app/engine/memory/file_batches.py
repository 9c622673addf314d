"""The facade's verbs on files that are added to a bank together. What became of them is read from the bank itself."""

from __future__ import annotations

import time
from typing import Protocol
from uuid import uuid4

import msgspec

from app.engine.domain.errors import InvalidRequest
from app.engine.domain.memory import WORKING, Attributes, BatchFile, Chunking, Document, FileBatch, StoredFile
from app.engine.memory.banks import Banks
from app.engine.runtime.tracing import span
from app.engine.storage.file_batches import FileBatchStore


class Documents(Protocol):
    """What a batch does with a bank's documents."""

    async def add_file(
        self, bank_id: str, file_id: str, *, attributes: Attributes | None = None, chunking: Chunking | None = None
    ) -> Document:
        """Add a stored file."""
        ...

    async def cancel_documents(self, bank_id: str, document_ids: tuple[str, ...] = ()) -> int:
        """Stop documents that are not ready."""
        ...


class Files(Protocol):
    """What a batch asks of the stored files."""

    async def get(self, file_id: str) -> StoredFile:
        """Return a file's description; raises NotFound."""
        ...


class FileBatches:
    """Lives in the engine loop."""

    def __init__(self, store: FileBatchStore, banks: Banks, documents: Documents, files: Files) -> None:
        self._store = store
        self._banks = banks
        self._documents = documents
        self._files = files

    async def create(self, bank_id: str, files: tuple[BatchFile, ...]) -> FileBatch:
        """Add files; raises NotFound, and adds none, when one of them is not there."""
        bank = self._banks.get(bank_id)
        wanted = {file.file_id: file for file in files}
        if not wanted:
            raise InvalidRequest("The batch names no file.", param="file_ids")
        with span("memory.file_batch", files=len(wanted)):
            for file_id in wanted:
                await self._files.get(file_id)
            batch = FileBatch(
                id=f"vsfb_{uuid4().hex[:24]}", bank_id=bank.id, file_ids=tuple(wanted), created_at=time.time()
            )
            # Kept last: who was given the id of a batch finds all of its files listed, whenever the program ended.
            for file in wanted.values():
                await self._documents.add_file(
                    bank.id, file.file_id, attributes=file.attributes, chunking=file.chunking
                )
            await self._store.add(batch)
        return await self._with_documents(batch)

    async def get(self, bank_id: str, batch_id: str) -> FileBatch:
        """Return a batch with its documents as they stand; raises NotFound."""
        return await self._with_documents(await self._store.get(self._banks.get(bank_id).id, batch_id))

    async def cancel(self, bank_id: str, batch_id: str) -> FileBatch:
        """Stop those documents of a batch that are not ready."""
        batch = await self.get(bank_id, batch_id)
        unfinished = tuple(each.id for each in batch.documents if each.state in (*WORKING, "paused"))
        if unfinished:
            await self._documents.cancel_documents(batch.bank_id, unfinished)
            await self._store.cancel(batch.id)
        return await self.get(batch.bank_id, batch.id)

    async def _with_documents(self, batch: FileBatch) -> FileBatch:
        opened = await self._banks.open(batch.bank_id)
        documents = await opened.documents.of_files(batch.file_ids)
        return msgspec.structs.replace(batch, documents=documents)
