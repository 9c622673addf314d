"""The texts, chunks and vectors of one bank: staged, embedded, made live in one step, read again. Knows no files.

A vector belongs to a key: the digest of the embedding model and of the text it was made from. What has a vector once is
never embedded again, whichever document it stands in.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from app.engine.domain.memory import Chunk
from app.engine.domain.parsing import Part
from app.engine.storage.bank_documents import promote_twin
from app.engine.storage.connection import Connection
from app.engine.storage.database import Database

_STEP = 500
_CHUNK = """
select chunks.number, chunks.document, chunks.ordinal, chunks.start, chunks.length, chunks.headings, chunks.tokens,
       chunks.part, chunks.key, chunks.generation, parts.page, parts.label, parts.ordinal as part_ordinal,
       substr(parts.text, chunks.start - parts.start + 1, chunks.length) as text
from chunks join parts on parts.number = chunks.part join documents on documents.number = chunks.document
"""
_LIVE = "chunks.generation = documents.live"
# Between the index's commit and this database's, the staged generation is what a search finds.
_SEEN = (
    "(chunks.generation = documents.live or (chunks.generation = documents.staged and documents.state = 'indexing'))"
)


class StagedPart(Struct, frozen=True, kw_only=True):
    """A part to be staged. `start` is its offset in the document, `keys` are those of its pieces."""

    part: Part
    ordinal: int
    start: int
    first_chunk: int
    keys: tuple[bytes, ...]


class PendingChunk(Struct, frozen=True):
    """A chunk that has no vector yet."""

    number: int
    document: int
    key: bytes
    headings: tuple[str, ...]
    text: str


class StoredChunk(Struct, frozen=True, kw_only=True):
    """A chunk as it stands, with its document's row number."""

    document: int
    generation: int
    part_index: int
    key: bytes
    chunk: Chunk


class StoredPart(Struct, frozen=True, kw_only=True):
    """A part of a live document; `parts` counts them all."""

    index: int
    parts: int
    page: int
    label: str
    start: int
    text: str


class ChunkStore:
    """Reads and writes the texts and vectors of one bank."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def stage(self, document: int, generation: int, parts: Sequence[StagedPart], *, embed: bool) -> int:
        """Add parts to the staged generation; returns how many chunks still need a vector."""

        def stage(conn: Connection) -> int:
            row = next(conn.query("select staged from documents where number = ?", [document]), None)
            if row is None or row["staged"] != generation:
                return 0  # removed or read again meanwhile
            pending = sum(_stage(conn, document, generation, each, embed) for each in parts)
            pieces = sum(len(each.part.pieces) for each in parts)
            known = pieces - pending
            conn.execute(
                "update documents set total = total + ?, done = done + ? where number = ?", [pieces, known, document]
            )
            return pending

        return await self._db.write(stage)

    async def pending(self, limit: int, above: int = 0) -> tuple[PendingChunk, ...]:
        """Return chunks without a vector whose numbers are above one, in order."""
        query = """
            select pending.chunk as number, chunks.document, chunks.key, chunks.headings,
                   substr(parts.text, chunks.start - parts.start + 1, chunks.length) as text
            from pending join chunks on chunks.number = pending.chunk join parts on parts.number = chunks.part
            where pending.chunk > ? order by pending.chunk limit ?
        """
        rows = await self._db.read(lambda conn: list(conn.query(query, [above, limit])))
        return tuple(
            PendingChunk(row["number"], row["document"], row["key"], _headings(row["headings"]), row["text"])
            for row in rows
        )

    async def pending_count(self) -> int:
        """Return how many chunks have no vector yet."""
        query = "select count(*) as n from pending"
        return int(await self._db.read(lambda conn: next(conn.query(query))["n"]))

    async def put_vectors(self, chunks: Sequence[PendingChunk], vectors: Sequence[bytes]) -> int:
        """Keep the vectors (float16) of chunks; returns how many were pending, the others are gone."""
        pairs = [(chunk.key, vector) for chunk, vector in zip(chunks, vectors, strict=True)]
        numbers = [(chunk.number,) for chunk in chunks]
        done = Counter(chunk.document for chunk in chunks)

        def put(conn: Connection) -> int:
            conn.conn.executemany("insert or ignore into vectors (key, vector) values (?, ?)", pairs)
            were_pending = conn.conn.executemany("delete from pending where chunk = ?", numbers).rowcount
            query = "update documents set done = done + ? where number = ? and state in ('parsing', 'embedding')"
            conn.conn.executemany(query, [(count, number) for number, count in done.items()])
            return were_pending

        return await self._db.write(put)

    async def finished(self) -> tuple[tuple[int, int], ...]:
        """Return row numbers and chunk counts of documents that are read and wait for nothing but the index."""
        query = """
            select documents.number, documents.total from documents where state = 'embedding' and not exists (
                select 1 from chunks join pending on pending.chunk = chunks.number
                where chunks.document = documents.number and chunks.generation = documents.staged
            ) order by documents.number
        """
        rows = await self._db.read(lambda conn: list(conn.query(query)))
        return tuple((row["number"], row["total"]) for row in rows)

    async def make_live(self, documents: Sequence[int]) -> None:
        """Let the staged generation of documents take the place of the live one."""

        def switch(conn: Connection) -> None:
            for number in documents:
                _make_live(conn, number)

        await self._db.write(switch)

    async def remove(self, documents: Sequence[int]) -> int:
        """Remove documents with all that belongs to them; returns the characters of text that went."""

        def remove(conn: Connection) -> int:
            gone = 0
            for number in documents:
                query = "select coalesce(sum(length), 0) as n from parts where document = ?"
                gone += next(conn.query(query, [number]))["n"]
                promote_twin(conn, number)
                conn.execute("delete from documents where number = ?", [number])
            _drop_unused(conn)
            return gone

        return await self._db.write(remove)

    async def drop_unused(self) -> None:
        """Forget vectors and entities nothing refers to any more."""
        await self._db.write(_drop_unused)

    async def seen(self, numbers: Sequence[int]) -> dict[int, StoredChunk]:
        """Return the chunks of these numbers that belong to what a search may show."""
        return await self._chunks(f"{_CHUNK} where {_SEEN} and chunks.number in", numbers)

    async def between(self, document: int, first: int, last: int) -> tuple[StoredChunk, ...]:
        """Return live chunks of a document by their place in it, both ends included."""
        where = f"{_LIVE} and chunks.document = ? and chunks.ordinal between ? and ?"
        query = f"{_CHUNK} where {where} order by chunks.ordinal"
        rows = await self._db.read(lambda conn: list(conn.query(query, [document, first, last])))
        return tuple(_stored(row) for row in rows)

    async def of_document(self, document: int, after: int, limit: int) -> tuple[StoredChunk, ...]:
        """Return live chunks of a document in order, from the one behind a chunk number."""
        query = f"{_CHUNK} where {_LIVE} and chunks.document = ? and chunks.number > ? order by chunks.number limit ?"
        rows = await self._db.read(lambda conn: list(conn.query(query, [document, after, limit])))
        return tuple(_stored(row) for row in rows)

    async def live_after(self, above: int, limit: int) -> tuple[StoredChunk, ...]:
        """Return live chunks of all documents whose numbers are above one, in order."""
        query = f"{_CHUNK} where {_LIVE} and chunks.number > ? order by chunks.number limit ?"
        rows = await self._db.read(lambda conn: list(conn.query(query, [above, limit])))
        return tuple(_stored(row) for row in rows)

    async def sample(self, count: int) -> tuple[StoredChunk, ...]:
        """Return live chunks spread evenly over the bank."""

        def read(conn: Connection) -> list[dict[str, Any]]:
            row = next(conn.query("select coalesce(max(number), 0) as high from chunks"))
            step = max(1, row["high"] // (count * 3))
            wanted = range(1, row["high"] + 1, step)
            marks = ",".join(str(number) for number in wanted)
            found = list(conn.query(f"{_CHUNK} where {_LIVE} and chunks.number in ({marks})"))
            return found[:: max(1, len(found) // count)][:count]

        return tuple(_stored(row) for row in await self._db.read(read))

    async def vectors(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """Return known vectors by key."""
        query = f"select key, vector from vectors where key in ({','.join('?' * len(keys))})"
        rows = await self._db.read(lambda conn: list(conn.query(query, list(keys))))
        return {row["key"]: row["vector"] for row in rows}

    async def fertility(self) -> float:
        """Return tokens per word over all live chunks; 0 when there are none."""
        query = f"""
            select sum(tokens) as tokens, sum(words) as words from chunks
            join documents on documents.number = chunks.document where {_LIVE}
        """
        row = await self._db.read(lambda conn: next(conn.query(query)))
        return row["tokens"] / row["words"] if row["words"] else 0.0

    async def part(self, document: int, index: int) -> StoredPart | None:
        """Return a part of a live document by its place, or None."""
        return await self._part(document, "parts.ordinal = ?", index)

    async def part_at(self, document: int, offset: int) -> StoredPart | None:
        """Return the part of a live document that holds a character, or None."""
        return await self._part(document, "parts.start <= ? order by parts.start desc limit 1", offset)

    async def text(self, document: int, limit: int) -> str | None:
        """Return the whole text of a document that is read (live, or staged and complete); None when over the limit."""

        def read(conn: Connection) -> str | None:
            generation = (
                "parts.generation = coalesce(documents.live, documents.staged) and "
                "documents.state in ('ready', 'embedding', 'indexing')"
            )
            joined = "from parts join documents on documents.number = parts.document"
            where = f"{joined} where parts.document = ? and {generation}"
            length = next(conn.query(f"select sum(parts.length) as n {where}", [document]))["n"]
            if length is None or length > limit:
                return None
            rows = conn.query(f"select parts.text {where} order by parts.ordinal", [document])
            return "".join(row["text"] for row in rows)

        return await self._db.read(read)

    async def _part(self, document: int, where: str, value: int) -> StoredPart | None:
        query = f"""
            select parts.ordinal, parts.page, parts.label, parts.start, parts.text,
                   (select count(*) from parts every where every.document = parts.document
                    and every.generation = parts.generation) as n
            from parts join documents on documents.number = parts.document
            where parts.document = ? and parts.generation = documents.live and {where}
        """
        rows = await self._db.read(lambda conn: list(conn.query(query, [document, value])))
        return next((_stored_part(row) for row in rows), None)

    async def _chunks(self, query: str, numbers: Sequence[int]) -> dict[int, StoredChunk]:
        def read(conn: Connection) -> dict[int, StoredChunk]:
            found: dict[int, StoredChunk] = {}
            for begin in range(0, len(numbers), _STEP):
                some = list(numbers[begin : begin + _STEP])
                rows = conn.query(f"{query} ({','.join('?' * len(some))})", some)
                found.update({row["number"]: _stored(row) for row in rows})
            return found

        return await self._db.read(read)


def _stage(conn: Connection, document: int, generation: int, staged: StagedPart, embed: bool) -> int:
    part = staged.part
    cursor = conn.conn.execute(
        "insert into parts (document, generation, ordinal, page, label, start, length, text) values (?,?,?,?,?,?,?,?)",
        (document, generation, staged.ordinal, part.page, part.label, staged.start, len(part.text), part.text),
    )
    rows = [
        (
            document, generation, staged.first_chunk + index, cursor.lastrowid, staged.start + piece.start,
            piece.end - piece.start, msgspec.json.encode(piece.headings).decode(), piece.tokens, piece.words, key,
        )
        for index, (piece, key) in enumerate(zip(part.pieces, staged.keys, strict=True))
    ]  # fmt: skip
    conn.conn.executemany(
        "insert into chunks (document, generation, ordinal, part, start, length, headings, tokens, words, key) "
        "values (?,?,?,?,?,?,?,?,?,?)",
        rows,
    )
    if not embed:
        return 0
    added = conn.conn.execute(
        "insert into pending select number from chunks where part = ? and key not in (select key from vectors)",
        (cursor.lastrowid,),
    )
    return added.rowcount


def _make_live(conn: Connection, number: int) -> None:
    row = next(conn.query("select live, staged, total, body from documents where number = ?", [number]), None)
    if row is None or row["staged"] is None:
        return
    if row["live"] is not None:
        conn.execute("delete from chunks where document = ? and generation = ?", [number, row["live"]])
        conn.execute("delete from parts where document = ? and generation = ?", [number, row["live"]])
    conn.execute(
        "update documents set live = staged, staged = null, state = 'ready', done = total, chunks = total, "
        "updated_at = ? where number = ?",
        [time.time(), number],
    )


def _drop_unused(conn: Connection) -> None:
    conn.execute("delete from vectors where key not in (select key from chunks union all select key from rekeyed)")
    conn.execute("delete from entities where number not in (select entity from mentions)")


def _headings(text: str) -> tuple[str, ...]:
    return msgspec.json.decode(text, type=tuple[str, ...])


def _stored(row: dict[str, Any]) -> StoredChunk:
    chunk = Chunk(
        id=row["number"],
        document_id="",
        index=row["ordinal"],
        text=row["text"],
        start=row["start"],
        end=row["start"] + row["length"],
        page=row["page"],
        label=row["label"],
        headings=_headings(row["headings"]),
        tokens=row["tokens"],
    )
    return StoredChunk(
        document=row["document"],
        generation=row["generation"],
        part_index=row["part_ordinal"],
        key=row["key"],
        chunk=chunk,
    )


def _stored_part(row: dict[str, Any]) -> StoredPart:
    return StoredPart(
        index=row["ordinal"], parts=row["n"], page=row["page"], label=row["label"], start=row["start"],
        text=row["text"],
    )  # fmt: skip
