"""Writes files so that a crash or a full disk leaves the old or the new content, never half. Knows no format."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from pathlib import Path

from app.engine.domain.errors import DiskFull, StorageFailed

FULL = (errno.ENOSPC, errno.EDQUOT)


def disk_full(path: Path) -> DiskFull:
    """Return the error for a full disk under `path`."""
    return DiskFull(
        f"The disk that holds {path.parent} is full, so nothing more can be saved.",
        hint="Free some space, for example by removing a model, and try again.",
    )


def from_os(error: OSError, path: Path) -> StorageFailed:
    """Return Paddock's error for one of the operating system."""
    if error.errno in FULL:
        return disk_full(path)
    reason = error.strerror or str(error)
    return StorageFailed(f"{path} could not be used: {reason}.", hint="Check that it exists and that it is yours.")


def write_atomically(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Replace the file's content durably; raises DiskFull, StorageFailed and then leaves the old content."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        _write_durably(temporary, content, mode)
        os.replace(temporary, path)
        sync_directory(path.parent)
    except OSError as error:
        raise from_os(error, path) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def _write_durably(path: Path, content: bytes, mode: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sync_directory(path: Path) -> None:
    """Make a rename in this folder durable, where the system can (Windows cannot open a folder)."""
    with contextlib.suppress(OSError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
