"""Which stored files were added to a bank together, in the main database. Must not know what became of them."""

from __future__ import annotations

from typing import Any

import msgspec

from app.engine.domain.errors import NotFound
from app.engine.domain.memory import FileBatch
from app.engine.storage.connection import Connection
from app.engine.storage.database import Database
from app.engine.storage.migrations import migration


@migration("0008_file_batches")
def create_file_batches(conn: Connection) -> None:
    """Create the table of batches; `file_ids` is a JSON list."""
    conn.execute("""
        create table file_batches (
            id text primary key,
            bank_id text not null,
            file_ids text not null,
            cancelled integer not null default 0,
            created_at real not null
        ) without rowid
    """)


MIGRATIONS = (create_file_batches,)


class FileBatchStore:
    """Reads and writes batches; those of banks that are gone go with the next one that is added."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(self, batch: FileBatch) -> None:
        """Keep a batch."""
        row = {
            "id": batch.id,
            "bank_id": batch.bank_id,
            "file_ids": msgspec.json.encode(batch.file_ids).decode(),
            "cancelled": int(batch.cancelled),
            "created_at": batch.created_at,
        }

        def add(conn: Connection) -> None:
            conn.execute("delete from file_batches where bank_id not in (select id from banks)")
            conn.table("file_batches").insert(row)

        await self._db.write(add)

    async def get(self, bank_id: str, batch_id: str) -> FileBatch:
        """Return a batch of a bank; raises NotFound."""
        query = "select * from file_batches where id = ? and bank_id = ?"
        rows = await self._db.read(lambda conn: list(conn.query(query, [batch_id, bank_id])))
        if not rows:
            raise NotFound(f"There is no file batch “{batch_id}”.", param="batch_id")
        return _batch(rows[0])

    async def cancel(self, batch_id: str) -> None:
        """Mark a batch as cancelled."""
        await self._db.write(
            lambda conn: conn.execute("update file_batches set cancelled = 1 where id = ?", [batch_id])
        )


def _batch(row: dict[str, Any]) -> FileBatch:
    return FileBatch(
        id=row["id"],
        bank_id=row["bank_id"],
        file_ids=msgspec.json.decode(row["file_ids"], type=tuple[str, ...]),
        cancelled=bool(row["cancelled"]),
        created_at=row["created_at"],
    )
