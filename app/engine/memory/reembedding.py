"""Moves a bank to another embedding model: all chunks get new vectors beside the old ones, then all change at once.

The bank answers with its old model until then. A change that is cut short goes on at the next start.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from app.engine.domain.embeddings import Embedder, EmbeddingModel
from app.engine.domain.errors import Conflict, PaddockError
from app.engine.domain.memory import Bank, IngestProgress
from app.engine.domain.parsing import Piece
from app.engine.memory.banks import Banks, OpenBank
from app.engine.memory.halves import to_halves
from app.engine.memory.ingest import BATCH, Ingest
from app.engine.memory.reading import chunk_key
from app.engine.memory.upkeep import OpenEmbedder, Upkeep
from app.engine.runtime.tracing import span
from app.engine.storage.bank_rekeying import RekeyStore, UnkeyedChunk
from app.engine.storage.lance.wording import indexed_text


class Reembedding:
    """Lives in the engine loop, with one task a bank that changes."""

    def __init__(self, banks: Banks, upkeep: Upkeep, ingest: Ingest, open_embedder: OpenEmbedder) -> None:
        self._banks = banks
        self._upkeep = upkeep
        self._ingest = ingest
        self._open_embedder = open_embedder
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def begin(self, opened: OpenBank, model_id: str) -> Bank:
        """Start the change; returns at once. Raises Conflict while one runs, ModelNotFound."""
        bank = opened.bank
        if bank.id in self._tasks and not self._tasks[bank.id].done():
            raise Conflict(f"“{bank.name}” is changing to {bank.reembedding} already.", hint="Wait until it has.")
        embedder = await self._open_embedder(model_id)
        if embedder.model.sha256 == bank.embedding_sha256:
            return bank
        await RekeyStore(opened.database).drop()
        bank = await self._banks.change(bank.id, reembedding=embedder.model.id)
        await self.resume(opened)
        return bank

    async def resume(self, opened: OpenBank) -> None:
        """Go on with a change that was begun, if there is one."""
        if opened.bank.reembedding:
            task = asyncio.create_task(self._run(opened), name=f"re-embed {opened.bank.id}")
            self._tasks[opened.bank.id] = task

    async def forget(self, bank_id: str) -> None:
        """Stop the change of a bank."""
        task = self._tasks.pop(bank_id, None)
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    async def close(self) -> None:
        """Stop all changes; they go on at the next start."""
        for bank_id in list(self._tasks):
            await self.forget(bank_id)

    async def _run(self, opened: OpenBank) -> None:
        store = RekeyStore(opened.database)
        try:
            with span("memory.reembed", bank=opened.bank.id):
                embedder = await self._open_embedder(opened.bank.reembedding)
                while not await self._finish(opened, store, embedder):
                    await self._embed_all(opened, store, embedder)
        except PaddockError as error:
            await self._banks.change(opened.bank.id, problem=error.in_words(), progress=None, reembedding="")
        else:
            await self._upkeep.settle(opened)
            await self._ingest.wake(opened)

    async def _embed_all(self, opened: OpenBank, store: RekeyStore, embedder: Embedder) -> None:
        while chunks := await store.unkeyed(BATCH):
            await self._embed(store, embedder, chunks)
            done, total = await store.counts()
            progress = IngestProgress(done=done, total=total, current=f"changing to {embedder.model.name}")
            await self._banks.change(opened.bank.id, keep=False, progress=progress)

    async def _embed(self, store: RekeyStore, embedder: Embedder, chunks: Sequence[UnkeyedChunk]) -> None:
        keys = [(chunk.number, _key(embedder.model, chunk)) for chunk in chunks]
        known = await store.known([key for _number, key in keys])
        texts = {
            key: indexed_text(chunk.headings, chunk.text)
            for chunk, (_number, key) in zip(chunks, keys, strict=True)
            if key not in known
        }
        vectors: list[tuple[bytes, bytes]] = []
        if texts:
            halves = to_halves(await embedder.embed(list(texts.values())))
            vectors = list(zip(texts, halves, strict=True))
        await store.put(keys, vectors)

    async def _finish(self, opened: OpenBank, store: RekeyStore, embedder: Embedder) -> bool:
        """Change over if nothing is left to embed; returns whether it did."""
        async with opened.committing:
            if await store.unkeyed(1):
                return False
            await store.apply()
            model = embedder.model
            await self._upkeep.swap(
                opened, model.dimension, embedding_model=model.id, embedding_sha256=model.sha256,
                embedding_dimension=model.dimension, reembedding="", progress=None, fit=None,
            )  # fmt: skip
        return True


def _key(model: EmbeddingModel, chunk: UnkeyedChunk) -> bytes:
    return chunk_key(model, chunk.text, Piece(start=0, end=len(chunk.text), headings=chunk.headings))
