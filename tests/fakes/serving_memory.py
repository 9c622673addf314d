"""What the HTTP tests need of memory beyond the window's fake: files, batches, passages, vectors. All of it at once."""

from __future__ import annotations

import hashlib
import struct
import time
from typing import Any

import msgspec

from app.engine.domain.embeddings import EmbeddingModel, Ranked, Vectors
from app.engine.domain.errors import InvalidRequest, ModelNotFound, NotFound
from app.engine.domain.inference import Usage
from app.engine.domain.memory import BatchFile, Chunk, Document, DocumentFailure, FileBatch, Hit, ReadyChunk, StoredFile
from tests.fakes.memory import FakeEmbeddings, FakeMemory

WORDS = ("hay", "bridle", "foal")


class FakeFiles:
    """Files in memory. `clock` is the time of the next one."""

    def __init__(self) -> None:
        self.kept: dict[str, StoredFile] = {}
        self.contents: dict[str, bytes] = {}
        self.clock = 1_700_000_000.0

    async def add(
        self, name: str, content: bytes, *, purpose: str = "assistants", expires_after_seconds: int | None = None
    ) -> StoredFile:
        self.clock += 1
        expires_at = self.clock + expires_after_seconds if expires_after_seconds else None
        file = StoredFile(
            id=f"file-{len(self.kept) + 1}", name=name, purpose=purpose, size_bytes=len(content),
            sha256=hashlib.sha256(content).hexdigest(), created_at=self.clock, expires_at=expires_at,
        )  # fmt: skip
        self.kept[file.id], self.contents[file.id] = file, content
        return file

    async def list(self, *, purpose: str = "") -> tuple[StoredFile, ...]:
        return tuple(file for file in reversed(self.kept.values()) if not purpose or file.purpose == purpose)

    async def get(self, file_id: str) -> StoredFile:
        if file_id not in self.kept:
            raise NotFound(f"There is no file “{file_id}”.", param="file_id")
        return self.kept[file_id]

    async def content(self, file_id: str) -> bytes:
        await self.get(file_id)
        return self.contents[file_id]

    async def remove(self, file_id: str) -> None:
        await self.get(file_id)
        del self.kept[file_id]


class ServedMemory(FakeMemory):
    """Reads a document before the call that adds it returns, unless it is `held`."""

    def __init__(self, events: Any, files: FakeFiles) -> None:
        super().__init__(events)
        self.files = files
        self.held = False
        self.ready: dict[str, dict[str, ReadyChunk]] = {}
        self.cancelled: list[tuple[str, ...]] = []

    async def add_file(self, bank_id: str, file_id: str, *, attributes: Any = None, chunking: Any = None) -> Document:
        await self.bank(bank_id)
        file = await self.files.get(file_id)
        text = self.files.contents[file_id].decode("utf-8", "replace")
        given: dict[str, Any] = {"attributes": dict(attributes or {}), "chunking": chunking, "file_id": file_id}
        return self._begin(
            self.add_document(bank_id, file.name, text, uri=f"stored:{file_id}", state="waiting", **given)
        )

    async def document(self, bank_id: str, document_id: str) -> Document:
        await self.bank(bank_id)
        own = self._documents(bank_id)
        # The ids of stored files and of documents count apart here.
        for document in (each for name in ("file_id", "id") for each in own if getattr(each, name) == document_id):
            return document
        raise NotFound("This document is no longer in the bank.", param="document_id")

    async def documents(self, bank_id: str, **options: Any) -> Any:
        await self.bank(bank_id)
        for edge in ("after", "before"):
            if options.get(edge):
                options[edge] = (await self.document(bank_id, options[edge])).id
        options.pop("before", None)
        return await super().documents(bank_id, **options)

    async def set_attributes(self, bank_id: str, document_id: str, attributes: Any) -> Document:
        return self._change((await self.document(bank_id, document_id)).id, attributes=attributes)

    async def chunks(
        self, bank_id: str, document_id: str, *, after: int | None = None, limit: int = 100
    ) -> tuple[Chunk, ...]:
        document = await self.document(bank_id, document_id)
        return tuple(chunk for chunk in self._chunks(document) if chunk.id > (after or 0))[:limit]

    async def add_chunks(self, bank_id: str, name: str, chunks: tuple[ReadyChunk, ...]) -> Document:
        await self.bank(bank_id)
        kept = self.ready.setdefault(f"{bank_id} {name}", {})
        kept.update({chunk.id: chunk for chunk in chunks})
        known = next((each for each in self._documents(bank_id) if each.name == name), None)
        document = known or self.add_document(bank_id, name)
        self.parts[document.id] = [chunk.text for chunk in kept.values()]
        return document

    async def ready_chunks(self, bank_id: str, document_id: str) -> tuple[ReadyChunk, ...]:
        document = await self.document(bank_id, document_id)
        return tuple(self.ready.get(f"{bank_id} {document.name}", {}).values())

    def _chunks(self, document: Document) -> list[Chunk]:
        kept = self.ready.get(f"{document.bank_id} {document.name}")
        if kept is None:
            return super()._chunks(document)
        return [
            Chunk(
                id=number, document_id=document.id, index=number - 1, text=chunk.text, start=0, end=len(chunk.text),
                label=chunk.id,
            )
            for number, chunk in enumerate(kept.values(), 1)
        ]  # fmt: skip

    def _hits(self, bank_id: str, words: list[str]) -> list[Hit]:
        hits = super()._hits(bank_id, words)
        documents = [self.kept[hit.document_id] for hit in hits]
        return [
            msgspec.structs.replace(hit, file_id=document.file_id, attributes=document.attributes)
            for hit, document in zip(hits, documents, strict=True)
        ]

    def _read(self, document_id: str) -> None:
        if self.held:
            return
        document = self.kept[document_id]
        if document.name in self.failures:
            failure = DocumentFailure(code="document_damaged", message=self.failures[document.name])
            self._change(document_id, state="failed", failure=failure)
        else:
            self._change(document_id, state="ready", report=self._report(document))


class FakeFileBatches:
    """Batches over a ServedMemory."""

    def __init__(self, memory: ServedMemory) -> None:
        self._memory = memory
        self.kept: dict[str, FileBatch] = {}

    async def create(self, bank_id: str, files: tuple[BatchFile, ...]) -> FileBatch:
        await self._memory.bank(bank_id)
        for file in files:
            await self._memory.files.get(file.file_id)
        for file in files:
            await self._memory.add_file(bank_id, file.file_id, attributes=file.attributes, chunking=file.chunking)
        ids = tuple(file.file_id for file in files)
        batch = FileBatch(id=f"vsfb_{len(self.kept) + 1}", bank_id=bank_id, file_ids=ids, created_at=time.time())
        self.kept[batch.id] = batch
        return await self.get(bank_id, batch.id)

    async def get(self, bank_id: str, batch_id: str) -> FileBatch:
        await self._memory.bank(bank_id)
        if batch_id not in self.kept:
            raise NotFound(f"There is no file batch “{batch_id}”.", param="batch_id")
        batch = self.kept[batch_id]
        found = tuple([await self._memory.document(bank_id, each) for each in batch.file_ids])
        return msgspec.structs.replace(batch, documents=found)

    async def cancel(self, bank_id: str, batch_id: str) -> FileBatch:
        batch = await self.get(bank_id, batch_id)
        for document in batch.documents:
            if document.state == "waiting":
                self._memory._change(document.id, state="cancelled")
        self.kept[batch_id] = msgspec.structs.replace(batch, cancelled=True)
        return await self.get(bank_id, batch_id)


class ServedEmbeddings(FakeEmbeddings):
    """Vectors of three numbers: how often the WORDS are in a text. `asked` are the texts that came."""

    def __init__(self) -> None:
        super().__init__()
        self.known = tuple(
            msgspec.structs.replace(model, dimension=3) if model.kind == "embedding" else model for model in self.known
        )
        self.asked: list[tuple[str, ...]] = []

    async def model(self, model_id: str = "") -> EmbeddingModel:
        for model in self.known:
            if model_id in ("", model.id):
                return model
        raise ModelNotFound(f"There is no embedding model “{model_id}”.", param="model")

    async def embed(self, model_id: str, texts: tuple[str, ...], kind: str = "document") -> Vectors:
        if (await self.model(model_id)).kind != "embedding":
            raise InvalidRequest(f"“{model_id}” ranks texts; it makes no vectors.", param="model")
        self.asked.append(texts)
        rows = [[float(text.count(word)) for word in WORDS] for text in texts]
        lengths = [sum(value * value for value in row) ** 0.5 or 1.0 for row in rows]
        data = [
            struct.pack("<3f", *(value / length for value in row)) for row, length in zip(rows, lengths, strict=True)
        ]
        return Vectors(3, b"".join(data), Usage(prompt_tokens=sum(len(text.split()) for text in texts)))

    async def texts_of(self, model_id: str, token_lists: tuple[tuple[int, ...], ...]) -> tuple[str, ...]:
        await self.model(model_id)
        if any(token >= len(WORDS) for tokens in token_lists for token in tokens):
            raise InvalidRequest("The model has no such token.", param="input")
        return tuple(" ".join(WORDS[token] for token in tokens) for tokens in token_lists)

    async def rerank(self, model_id: str, query: str, texts: tuple[str, ...]) -> tuple[Ranked, ...]:
        await self.model(model_id)
        scores = [len(set(query.split()) & set(text.split())) / max(1, len(query.split())) for text in texts]
        order = sorted(range(len(texts)), key=lambda place: -scores[place])
        return tuple(Ranked(place, scores[place]) for place in order)
