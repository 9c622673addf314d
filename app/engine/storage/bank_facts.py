"""Small facts of one bank by name, and its watched folders. Knows no document."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import msgspec

from app.engine.domain.memory import WatchedFolder
from app.engine.storage.connection import Connection
from app.engine.storage.database import Database

_QUIET = """
select not exists (select 1 from documents where state not in ('ready', 'failed', 'cancelled'))
   and not exists (select 1 from folders)
   and not exists (select 1 from facts where name in ('busy', 'deleted') and value = '1')
   and coalesce((select value from facts where name = 'index_version'), ?1) = ?1,
   exists (select 1 from documents where chunks > 0)
"""


def is_quiet(database: Path, index: Path | None, index_version: str) -> bool:
    """Tell whether a bank was left in order and has nothing to do, blocking; opens no more than one look needs.

    `index` is the folder of its index, where it has one on this disk.
    """
    try:
        with contextlib.closing(sqlite3.connect(database)) as conn:
            quiet, has_chunks = conn.execute(_QUIET, (index_version,)).fetchone()
    except sqlite3.Error:
        return False  # opening it properly tells what is wrong
    return bool(quiet) and (index is None or not has_chunks or index.exists())


class FactStore:
    """Reads and writes facts and folders of one bank."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def get(self, name: str, default: str = "") -> str:
        """Return a fact."""
        query = "select value from facts where name = ?"
        rows = await self._db.read(lambda conn: list(conn.query(query, [name])))
        return str(rows[0]["value"]) if rows else default

    async def set(self, name: str, value: str) -> None:
        """Keep a fact."""
        row = {"name": name, "value": value}
        await self._db.write(lambda conn: conn.table("facts").upsert(row, pk="name"))

    async def folders(self) -> tuple[WatchedFolder, ...]:
        """Return the watched folders by path."""
        rows = await self._db.read(lambda conn: list(conn.query("select body from folders order by path")))
        return tuple(msgspec.json.decode(row["body"], type=WatchedFolder) for row in rows)

    async def put_folder(self, folder: WatchedFolder) -> None:
        """Add a watched folder or replace what is known of it."""
        row = {"id": folder.id, "path": folder.path, "body": msgspec.json.encode(folder).decode()}
        await self._db.write(lambda conn: conn.table("folders").upsert(row, pk="id"))

    async def remove_folder(self, folder_id: str) -> None:
        """Forget a watched folder; its documents stay, as single files."""

        def remove(conn: Connection) -> None:
            conn.execute("update documents set folder_id = null where folder_id = ?", [folder_id])
            conn.execute("delete from folders where id = ?", [folder_id])

        await self._db.write(remove)
