"""Small files get their names only when they are what was published, and are fetched once."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

import pytest

from app.engine.domain.errors import ChecksumMismatch, StorageFailed
from app.engine.inference.companions import fetch_companions
from app.engine.inference.hub import RemoteFile

CONTENT = b'{"model_type": "bert"}'
GIT = hashlib.sha1(b"blob 22\0" + CONTENT, usedforsecurity=False).hexdigest()


def remote(file: str, **fields: str) -> RemoteFile:
    return RemoteFile(repo="maker/tiny", file=file, revision="a", url="", size_bytes=len(CONTENT), **fields)


class Fetch:
    """Writes the content and remembers for which files."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def __call__(self, source: RemoteFile, part: Path) -> None:
        self.asked.append(source.file)
        await asyncio.to_thread(part.write_bytes, CONTENT)


@pytest.mark.parametrize(
    "fields", [{"sha256": hashlib.sha256(CONTENT).hexdigest()}, {"blob_id": GIT}, {}], ids=["sha256", "git", "none"]
)
async def test_a_checked_file_is_fetched_once(tmp_path: Path, fields: dict[str, str]) -> None:
    fetch, files = Fetch(), tmp_path / "files"
    sources = (remote("config.json", **fields), remote("1_Pooling/config.json", **fields))
    for _ in range(2):
        await fetch_companions(sources, files, fetch)
    assert fetch.asked == ["config.json", "1_Pooling/config.json"]
    found = {str(path.relative_to(files)) for path in files.rglob("*") if path.is_file()}
    assert found == {"config.json", "1_Pooling/config.json"}


@pytest.mark.parametrize("fields", [{"sha256": "0" * 64}, {"blob_id": "0" * 40}], ids=["sha256", "git"])
async def test_other_bytes_are_deleted(tmp_path: Path, fields: dict[str, str]) -> None:
    with pytest.raises(ChecksumMismatch, match=r"config\.json"):
        await fetch_companions((remote("config.json", **fields),), tmp_path, Fetch())
    assert list(tmp_path.iterdir()) == []


async def test_a_place_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "files").touch()
    with pytest.raises(StorageFailed):
        await fetch_companions((remote("config.json"),), tmp_path / "files", Fetch())
