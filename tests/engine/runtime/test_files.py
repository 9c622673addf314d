"""A failed write leaves the old file and no leftovers."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from app.engine.domain.errors import DiskFull, StorageFailed
from app.engine.runtime.files import from_os, write_atomically


def test_the_content_is_replaced_and_private(tmp_path: Path) -> None:
    target = tmp_path / "a.json"
    write_atomically(target, b"one")
    write_atomically(target, b"two")
    assert target.read_bytes() == b"two"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["a.json"]


def test_a_full_disk_leaves_the_old_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a.json"
    write_atomically(target, b"old")

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFull, match="full"):
        write_atomically(target, b"new")
    assert target.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["a.json"]


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageFailed, match="could not be used"):
        write_atomically(tmp_path / "nowhere" / "a.json", b"")


def test_a_full_disk_is_told_from_other_os_errors() -> None:
    assert type(from_os(OSError(errno.ENOSPC, "no space"), Path("/d/f"))) is DiskFull
    assert type(from_os(OSError(errno.EACCES, "Permission denied"), Path("/d/f"))) is StorageFailed
