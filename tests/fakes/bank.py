"""A memory bank in a folder of one test, and documents brought into it as ingestion does, with made-up vectors."""

from __future__ import annotations

import hashlib
import math
import struct
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from app.engine.domain.memory import Document
from app.engine.domain.parsing import Part, Piece
from app.engine.storage.bank_chunks import ChunkStore, StagedPart
from app.engine.storage.bank_documents import DocumentStore, NewDocument
from app.engine.storage.bank_tables import MIGRATIONS
from app.engine.storage.database import Database

BANK = "vs_1"
DIMENSION = 8
PRAGMAS = ("auto_vacuum=INCREMENTAL", "secure_delete=ON")


class FakeBank:
    """An open bank with its stores."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.documents = DocumentStore(database, BANK)
        self.chunks = ChunkStore(database)

    async def list(self, *names: str, **fields: object) -> tuple[Document, ...]:
        """List documents as waiting, without reading them."""
        return await self.documents.put([new(name, **fields) for name in names])

    async def stage(self, *parts: Sequence[str], embed: bool = True) -> int:
        """Read the next waiting document: parts are lists of pieces; returns its row number."""
        work = await self.documents.next_waiting()
        assert work is not None
        await self.chunks.stage(work.number, work.generation, staged(parts), embed=embed)
        await self.documents.change(work.number, state="embedding")
        return work.number

    async def embed(self) -> None:
        """Give every chunk that waits for one its vector."""
        pending = await self.chunks.pending(10_000)
        await self.chunks.put_vectors(pending, [halves(chunk.text) for chunk in pending])

    async def add(self, name: str, *parts: Sequence[str], **fields: object) -> int:
        """Bring a document in all the way (its index left out); returns its row number."""
        await self.list(name, **fields)
        number = await self.stage(*parts)
        await self.embed()
        await self.chunks.make_live([number])
        return number

    async def texts(self) -> list[str]:
        """Return the texts of all live chunks."""
        return [stored.chunk.text for stored in await self.chunks.live_after(0, 10_000)]

    async def count(self, table: str) -> int:
        """Return how many rows a table has."""
        return await self.database.read(lambda conn: conn[table].count)


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[FakeBank]:
    """Open the bank of a folder for the length of a block."""
    database = Database(folder / "bank.db", MIGRATIONS, pragmas=PRAGMAS)
    await database.open()
    try:
        yield FakeBank(database)
    finally:
        await database.close()


def new(name: str, **fields: object) -> NewDocument:
    """Return a document to be listed under an address of its name; fields may have `mtime_ns` and `content`."""
    own = {key: fields.pop(key) for key in ("mtime_ns", "content") if key in fields}
    known = {"id": f"file-{name}", "bank_id": BANK, "name": name, "uri": f"file:///{name}", "created_at": 1.0}
    return NewDocument(document=Document(**{**known, **fields}), **own)


def staged(parts: Sequence[Sequence[str]]) -> list[StagedPart]:
    """Return parts of these pieces, numbered as pages, with a heading each, as ingestion would stage them."""
    found, start, first = [], 0, 0
    for ordinal, texts in enumerate(parts):
        pieces, place = [], 0
        for text in texts:
            words = len(text.split())
            piece = Piece(
                start=place, end=place + len(text), headings=(f"Chapter {ordinal + 1}",), tokens=2 * words, words=words
            )
            pieces.append(piece)
            place += len(text) + 1
        text = "\n".join(texts)
        part = Part(text=text, page=ordinal + 1, label=f"page {ordinal + 1}", pieces=tuple(pieces))
        keys = tuple(key(each) for each in texts)
        found.append(StagedPart(part=part, ordinal=ordinal, start=start, first_chunk=first, keys=keys))
        start += len(text)
        first += len(texts)
    return found


def key(text: str) -> bytes:
    """Return the key of a text's vector."""
    return hashlib.sha256(text.encode()).digest()[:16]


def numbers(text: str) -> tuple[float, ...]:
    """Return a made-up vector of length 1 for a text: equal texts only are near each other."""
    raw = [byte - 127.5 for byte in hashlib.sha256(text.encode()).digest()[:DIMENSION]]
    length = math.sqrt(sum(value * value for value in raw))
    return tuple(value / length for value in raw)


def halves(text: str) -> bytes:
    """Return the vector of a text as float16."""
    return struct.pack(f"<{DIMENSION}e", *numbers(text))


def floats(text: str) -> bytes:
    """Return the vector of a text as float32."""
    return struct.pack(f"<{DIMENSION}f", *numbers(text))
