"""The values of a keyvalue bank. Knows no documents."""

from __future__ import annotations

from collections.abc import Sequence

from app.engine.domain.memory import Entry
from app.engine.storage.connection import Connection
from app.engine.storage.database import Database

_STEP = 500


class EntryStore:
    """Reads and writes the values of one bank."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def put(self, entries: Sequence[Entry]) -> None:
        """Set values, all or none."""
        rows = [{"key": entry.key, "value": entry.value, "updated_at": entry.updated_at} for entry in entries]
        await self._db.write(lambda conn: conn.table("entries").upsert_all(rows, pk="key"))

    async def list(self, prefix: str, limit: int) -> tuple[Entry, ...]:
        """Return values by key, those that begin with `prefix`."""
        query = "select * from entries where substr(key, 1, ?) = ? and key >= ? order by key limit ?"
        rows = await self._db.read(lambda conn: list(conn.query(query, [len(prefix), prefix, prefix, limit])))
        return tuple(Entry(**row) for row in rows)

    async def remove(self, keys: Sequence[str]) -> int:
        """Remove values; returns how many there were."""

        def remove(conn: Connection) -> int:
            gone = 0
            for begin in range(0, len(keys), _STEP):
                some = list(keys[begin : begin + _STEP])
                gone += conn.execute(f"delete from entries where key in ({','.join('?' * len(some))})", some).rowcount
            return gone

        return await self._db.write(remove)

    async def count(self) -> int:
        """Return how many values there are."""
        return int(await self._db.read(lambda conn: next(conn.query("select count(*) as n from entries"))["n"]))
