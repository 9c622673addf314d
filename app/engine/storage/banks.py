"""The registry of memory banks in the main database: one row a bank, its description as JSON. Opens no bank."""

from __future__ import annotations

import msgspec

from app.engine.domain.memory import Bank
from app.engine.storage.connection import Connection
from app.engine.storage.database import Database
from app.engine.storage.migrations import migration


@migration("0005_banks")
def create_banks(conn: Connection) -> None:
    """Create the table of banks. `deleting` marks one whose folder still has to go."""
    conn.execute("""
        create table banks (
            id text primary key,
            session_id text,
            body text not null,
            deleting integer not null default 0
        ) without rowid
    """)
    conn.execute("create index banks_session on banks (session_id)")


MIGRATIONS = (create_banks,)


class BankStore:
    """Reads and writes the registry."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def all(self) -> tuple[Bank, ...]:
        """Return all banks, those of chats too, by name."""
        rows = await self._db.read(lambda conn: list(conn.query("select body from banks where not deleting")))
        found = [msgspec.json.decode(row["body"], type=Bank) for row in rows]
        return tuple(sorted(found, key=lambda bank: bank.name.casefold()))

    async def put(self, bank: Bank) -> None:
        """Add a bank or replace its description; progress is not kept."""
        kept = msgspec.structs.replace(bank, progress=None, problem="")
        row = {
            "id": bank.id,
            "session_id": bank.session_id,
            "body": msgspec.json.encode(kept).decode(),
        }
        await self._db.write(lambda conn: conn.table("banks").upsert(row, pk="id"))

    async def mark_deleting(self, bank_id: str) -> None:
        """Remember that a bank is going, so that a crash does not bring it back."""
        await self._db.write(lambda conn: conn.execute("update banks set deleting = 1 where id = ?", [bank_id]))

    async def deleting(self) -> tuple[Bank, ...]:
        """Return the banks whose deletion was begun."""
        rows = await self._db.read(lambda conn: list(conn.query("select body from banks where deleting")))
        return tuple(msgspec.json.decode(row["body"], type=Bank) for row in rows)

    async def remove(self, bank_id: str) -> None:
        """Forget a bank."""
        await self._db.write(lambda conn: conn.execute("delete from banks where id = ?", [bank_id]))

    async def of_deleted_sessions(self) -> tuple[str, ...]:
        """Return the ids of chat banks whose chat is gone for good."""
        query = "select id from banks where session_id is not null and session_id not in (select id from sessions)"
        rows = await self._db.read(lambda conn: list(conn.query(query)))
        return tuple(row["id"] for row in rows)
