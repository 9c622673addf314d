"""Ordered, named changes of the database's shape. Must not know what any table is for.

A storage module exports `MIGRATIONS: tuple[Migration, ...]`; the host joins them in a fixed order. Each runs once,
in its own transaction, and is recorded by name in `_migrations`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

from app.engine.domain.errors import StorageFailed
from app.engine.storage.connection import Connection

TABLE = "_migrations"
Apply = Callable[[Connection], None]


class Migration(NamedTuple):
    """One change. `name` sorts and identifies it for ever; `apply` must not commit."""

    name: str
    apply: Apply


def migration(name: str) -> Callable[[Apply], Migration]:
    """Turn a function into the migration of that name."""
    return lambda apply: Migration(name, apply)


def check_names(migrations: Iterable[Migration]) -> None:
    """Raise ValueError when two migrations share a name."""
    names = [each.name for each in migrations]
    double = sorted({name for name in names if names.count(name) > 1})
    if double:
        raise ValueError(f"migrations with the same name: {', '.join(double)}")


def applied_names(conn: Connection) -> set[str]:
    """Return the names this database has already seen."""
    if TABLE not in conn.table_names():
        return set()
    return {row["name"] for row in conn.query(f"select name from {TABLE}")}


def refuse_newer(applied: set[str], migrations: Iterable[Migration]) -> None:
    """Raise StorageFailed when the database was written by a newer Paddock."""
    unknown = sorted(applied - {each.name for each in migrations})
    if unknown:
        raise StorageFailed(
            f"The database was written by a newer version of Paddock (it has the change “{unknown[-1]}”).",
            hint="Update Paddock, or start it with another data directory.",
            code="database_too_new",
        )


def apply_one(conn: Connection, change: Migration) -> None:
    """Apply one migration and record it; the caller holds the transaction."""
    change.apply(conn)
    conn.execute(f"create table if not exists {TABLE} (name text primary key, applied_at real not null) without rowid")
    conn.execute(f"insert into {TABLE} (name, applied_at) values (?, ?)", [change.name, time.time()])
