"""The migration list refuses doubles and databases from the future."""

from __future__ import annotations

import sqlite3

import pytest
from sqlite_utils import Database as Connection

from app.engine.domain.errors import StorageFailed
from app.engine.storage.migrations import applied_names, apply_one, check_names, migration, refuse_newer


@migration("0001_first")
def first(conn: Connection) -> None:
    conn.execute("create table things (id integer primary key)")


def test_an_applied_migration_is_recorded() -> None:
    raw = sqlite3.connect(":memory:", isolation_level=None)
    conn = Connection(raw)
    assert applied_names(conn) == set()
    apply_one(conn, first)
    assert applied_names(conn) == {"0001_first"}
    assert "things" in conn.table_names()
    raw.close()


def test_two_migrations_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="0001_first"):
        check_names((first, first))


def test_a_database_from_a_newer_version_is_refused() -> None:
    refuse_newer({"0001_first"}, (first,))
    with pytest.raises(StorageFailed, match=r"newer version of Paddock.*0009_future") as caught:
        refuse_newer({"0001_first", "0009_future"}, (first,))
    assert caught.value.code == "database_too_new"
