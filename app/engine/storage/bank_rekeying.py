"""Gives the live chunks of a bank the keys of another embedding model, beside the old ones until all are there."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from app.engine.storage.connection import Connection
from app.engine.storage.database import Database


class UnkeyedChunk(Struct, frozen=True):
    """A live chunk that has no new key yet."""

    number: int
    headings: tuple[str, ...]
    text: str


class RekeyStore:
    """Reads and writes the new keys of one bank."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def unkeyed(self, limit: int) -> tuple[UnkeyedChunk, ...]:
        """Return live chunks without a new key."""
        query = """
            select chunks.number, chunks.headings,
                   substr(parts.text, chunks.start - parts.start + 1, chunks.length) as text
            from chunks join parts on parts.number = chunks.part join documents on documents.number = chunks.document
            where chunks.generation = documents.live and chunks.number not in (select chunk from rekeyed)
            order by chunks.number limit ?
        """
        rows = await self._db.read(lambda conn: list(conn.query(query, [limit])))
        headings = msgspec.json.Decoder(tuple[str, ...])
        return tuple(UnkeyedChunk(row["number"], headings.decode(row["headings"]), row["text"]) for row in rows)

    async def known(self, keys: list[bytes]) -> frozenset[bytes]:
        """Return which of these keys have a vector."""
        query = f"select key from vectors where key in ({','.join('?' * len(keys))})"
        rows = await self._db.read(lambda conn: list(conn.query(query, keys)))
        return frozenset(row["key"] for row in rows)

    async def put(self, keys: list[tuple[int, bytes]], vectors: list[tuple[bytes, bytes]]) -> None:
        """Keep new keys of chunks, and vectors by key."""

        def put(conn: Connection) -> None:
            conn.conn.executemany("insert or ignore into vectors (key, vector) values (?, ?)", vectors)
            conn.conn.executemany(
                "insert or replace into rekeyed select number, ? from chunks where number = ?",
                [(key, number) for number, key in keys],
            )

        await self._db.write(put)

    async def counts(self) -> tuple[int, int]:
        """Return how many chunks have a new key, and how many live ones there are."""
        query = "select (select count(*) from rekeyed) as done, (select sum(chunks) from documents) as total"
        row = await self._db.read(lambda conn: next(conn.query(query)))
        return row["done"], row["total"] or 0

    async def apply(self) -> None:
        """Let the new keys take the place of the old ones; what is being read begins anew."""

        def apply(conn: Connection) -> None:
            conn.execute("update chunks set key = rekeyed.key from rekeyed where rekeyed.chunk = chunks.number")
            conn.execute("delete from rekeyed")
            live = "coalesce((select live from documents where number = document), -1)"
            conn.execute(f"delete from chunks where generation != {live}")
            conn.execute(f"delete from parts where generation != {live}")
            conn.execute(
                "update documents set state = 'waiting', staged = null, done = 0, total = 0 "
                "where state in ('parsing', 'embedding', 'indexing')"
            )

        await self._db.write(apply)

    async def drop(self) -> None:
        """Forget the new keys."""
        await self._db.write(lambda conn: conn.execute("delete from rekeyed"))
