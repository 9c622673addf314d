"""Turns errors of SQLite into Paddock's own, in plain words. Must not retry anything."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from app.engine.domain.errors import BugError, PaddockError, StorageFailed
from app.engine.runtime.files import disk_full

# Primary result codes, https://www.sqlite.org/rescode.html
_FULL = 13
_WORDS = {
    3: ("Paddock may not use its database {path}.", "Check the permissions of the data directory."),
    5: ("The database {path} is locked by another program.", "Close what else uses it and try again."),
    6: ("The database {path} is locked by another program.", "Close what else uses it and try again."),
    7: ("There was not enough memory to use the database {path}.", "Close other programs and try again."),
    8: ("The database {path} cannot be written to.", "Check that the disk and the file are not read-only."),
    10: ("The disk reported an error while Paddock used {path}.", "Check the disk; a backup now is a good idea."),
    14: ("The database {path} could not be opened.", "Check that the data directory exists and is yours."),
}
CORRUPT = (11, 26)


def primary_code(error: sqlite3.Error) -> int:
    """Return SQLite's primary result code, or 0 when the error carries none."""
    return int(getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF


def is_corrupt(error: sqlite3.Error) -> bool:
    """Tell whether SQLite says that the file is damaged or no database."""
    return primary_code(error) in CORRUPT


def from_sqlite(error: sqlite3.Error, path: Path) -> PaddockError:
    """Return Paddock's error for one of SQLite."""
    code = primary_code(error)
    if code == _FULL:
        return disk_full(path)
    if code in CORRUPT:
        return StorageFailed(
            f"The database {path} is damaged.",
            hint="Start Paddock again: it keeps the damaged file and begins a new one.",
            code="database_damaged",
        )
    if code in _WORDS:
        message, hint = _WORDS[code]
        return StorageFailed(message.format(path=path), hint=hint)
    return BugError(f"The database refused a statement: {error}", hint="Please report this.")
