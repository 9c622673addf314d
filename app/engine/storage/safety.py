"""The safety policy in all its versions, the log of verdicts, and the shields that apps named. Judges nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from app.engine.domain.errors import Conflict, NotFound
from app.engine.domain.safety import LogEntry, LogFilter, LogPage, Occasion, Policy, ShieldInfo, Verdict
from app.engine.storage.connection import Connection
from app.engine.storage.database import Database
from app.engine.storage.migrations import migration


@migration("0009_safety")
def create_safety(conn: Connection) -> None:
    """Create the tables of policies, verdicts and named shields. Columns of verdicts are those that are filtered by."""
    conn.execute("create table policies (version integer primary key, body text not null)")
    conn.execute("""
        create table verdicts (
            id integer primary key,
            at real not null,
            shield text not null,
            direction text not null,
            outcome text not null,
            categories text not null,
            session_id text not null,
            subject text not null,
            occasion text not null,
            body text not null,
            text text not null,
            digest text not null,
            wrong integer not null default 0,
            note text not null default ''
        )
    """)
    conn.execute("create index verdicts_at on verdicts (at)")
    conn.execute("create index verdicts_session on verdicts (session_id)")
    conn.execute("create table shields (id text primary key, body text not null) without rowid")


MIGRATIONS = (create_safety,)


class PolicyStore:
    """Reads and writes versions of the policy."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def newest(self) -> Policy | None:
        """Return the version in force, None before the first one."""
        found = await self.versions(1)
        return found[0] if found else None

    async def versions(self, limit: int) -> tuple[Policy, ...]:
        """Return the versions, newest first."""
        query = "select body from policies order by version desc limit ?"
        rows = await self._db.read(lambda conn: list(conn.query(query, [limit])))
        return tuple(msgspec.json.decode(row["body"], type=Policy) for row in rows)

    async def add(self, policy: Policy, before: int) -> None:
        """Store a new version on top of version `before`; raises Conflict when another one is on top."""

        def add(conn: Connection) -> None:
            newest = next(iter(conn.query("select max(version) as version from policies")))["version"] or 0
            if newest != before:
                raise Conflict("The safety policy was changed meanwhile.", hint="Look at it again.", param="version")
            conn.table("policies").insert({"version": policy.version, "body": _encode(policy)})

        await self._db.write(add)


class VerdictStore:
    """Writes verdicts and finds them again."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(self, entries: Sequence[LogEntry]) -> tuple[int, ...]:
        """Store entries, whose ids are given here; returns the ids."""
        rows = [_row(entry) for entry in entries]

        def add(conn: Connection) -> tuple[int, ...]:
            return tuple(int(conn.table("verdicts").insert(row).last_pk) for row in rows)  # type: ignore[arg-type]

        return await self._db.write(add)

    async def page(self, wanted: LogFilter, before: int | None, limit: int) -> LogPage:
        """Return entries, newest first, and how many match in all."""
        where, values = _where(wanted)
        cut = "" if before is None else " and id < ?"
        below = [] if before is None else [before]

        def read(conn: Connection) -> LogPage:
            query = f"select * from verdicts where {where}{cut} order by id desc limit ?"
            rows = list(conn.query(query, [*values, *below, limit + 1]))
            total = next(iter(conn.query(f"select count(*) as n from verdicts where {where}", values)))["n"]
            entries = tuple(_entry(row) for row in rows[:limit])
            return LogPage(
                entries=entries, next_before=entries[-1].id if len(rows) > limit and entries else None, total=total
            )

        return await self._db.read(read)

    async def mark(self, entry_id: int, wrong: bool, note: str) -> LogEntry:
        """Mark an entry; raises NotFound."""

        def change(conn: Connection) -> LogEntry:
            conn.execute("update verdicts set wrong = ?, note = ? where id = ?", [int(wrong), note, entry_id])
            for row in conn.query("select * from verdicts where id = ?", [entry_id]):
                return _entry(row)
            raise NotFound(f"The log has no entry {entry_id}.", param="entry_id")

        return await self._db.write(change)

    async def clear(self) -> int:
        """Delete all entries; returns how many."""
        return await self._db.write(_delete("delete from verdicts", []))

    async def forget(self, before: float) -> int:
        """Delete entries from before a time that nobody marked as wrong; returns how many."""
        return await self._db.write(_delete("delete from verdicts where at < ? and not wrong", [before]))


class ShieldStore:
    """Reads and writes the shields that apps named."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def all(self) -> tuple[ShieldInfo, ...]:
        """Return them by name."""
        rows = await self._db.read(lambda conn: list(conn.query("select body from shields order by id")))
        return tuple(msgspec.json.decode(row["body"], type=ShieldInfo) for row in rows)

    async def put(self, shield: ShieldInfo) -> None:
        """Add one or replace it."""
        row = {"id": shield.id, "body": _encode(shield)}
        await self._db.write(lambda conn: conn.table("shields").upsert(row, pk="id"))

    async def remove(self, shield_id: str) -> bool:
        """Forget one; returns False when there was none."""
        return await self._db.write(_delete("delete from shields where id = ?", [shield_id])) > 0


def digest_of(text: str) -> str:
    """Return the SHA-256 of a text, by which the log knows it again without keeping it."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _delete(statement: str, values: list[Any]) -> Callable[[Connection], int]:
    return lambda conn: int(conn.execute(statement, values).rowcount)


def _where(wanted: LogFilter) -> tuple[str, list[Any]]:
    tests: list[tuple[str, list[Any]]] = [("1", [])]
    for name, allowed in (("outcome", wanted.outcomes), ("direction", wanted.directions)):
        if allowed:
            tests.append((f"{name} in ({','.join('?' * len(allowed))})", list(allowed)))
    for name, value in (("shield", wanted.shield), ("session_id", wanted.session_id)):
        if value:
            tests.append((f"{name} = ?", [value]))
    if wanted.category:
        tests.append(("categories like ? escape '\\'", [f"% {_literal(wanted.category)} %"]))
    if wanted.words:
        words = f"%{_literal(wanted.words)}%"
        tests.append(("(text like ? escape '\\' or subject like ? escape '\\')", [words, words]))
    if wanted.wrong is not None:
        tests.append(("wrong = ?", [int(wanted.wrong)]))
    if wanted.since:
        tests.append(("at >= ?", [wanted.since]))
    if wanted.until:
        tests.append(("at < ?", [wanted.until]))
    return " and ".join(test for test, _ in tests), [value for _, values in tests for value in values]


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _row(entry: LogEntry) -> dict[str, Any]:
    categories = " ".join(concern.category for concern in entry.verdict.concerns)
    return {
        "at": entry.at,
        "shield": entry.verdict.shield,
        "direction": entry.verdict.direction,
        "outcome": entry.verdict.outcome,
        "categories": f" {categories} ",
        "session_id": entry.occasion.session_id,
        "subject": entry.occasion.subject,
        "occasion": _encode(entry.occasion),
        "body": _encode(entry.verdict),
        "text": entry.text,
        "digest": entry.digest,
        "wrong": int(entry.wrong),
        "note": entry.note,
    }


def _entry(row: dict[str, Any]) -> LogEntry:
    return LogEntry(
        id=row["id"],
        at=row["at"],
        occasion=msgspec.json.decode(row["occasion"], type=Occasion),
        verdict=msgspec.json.decode(row["body"], type=Verdict),
        text=row["text"],
        digest=row["digest"],
        wrong=bool(row["wrong"]),
        note=row["note"],
    )


def _encode(value: object) -> str:
    return msgspec.json.encode(value).decode()
