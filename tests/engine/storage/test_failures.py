"""Errors of the disk are told in words, and bugs are not blamed on the disk."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from app.engine.domain.errors import BugError, DiskFull, PaddockError, StorageFailed
from app.engine.storage.failures import from_sqlite

PATH = Path("/data/paddock.db")


def sqlite_error(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError("boom")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        (sqlite3.SQLITE_FULL, DiskFull, "full"),
        (sqlite3.SQLITE_BUSY, StorageFailed, "locked"),
        (sqlite3.SQLITE_CORRUPT, StorageFailed, "damaged"),
        (sqlite3.SQLITE_NOTADB, StorageFailed, "damaged"),
        (sqlite3.SQLITE_READONLY, StorageFailed, "cannot be written"),
        (sqlite3.SQLITE_IOERR_WRITE, StorageFailed, "disk reported"),
        (sqlite3.SQLITE_CONSTRAINT_UNIQUE, BugError, "refused a statement"),
    ],
)
def test_sqlite_codes_become_words(code: int, kind: type[PaddockError], words: str) -> None:
    error = from_sqlite(sqlite_error(code), PATH)
    assert type(error) is kind
    assert words in error.message
