"""Files are kept by their content, once, until the last that has it goes; those that expire go by themselves."""

from __future__ import annotations

import hashlib
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.engine.domain.errors import NotFound, StorageFailed
from app.engine.domain.memory import StoredFile
from app.engine.storage.database import Database
from app.engine.storage.files import MIGRATIONS, FileStore


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "files"
    made.mkdir()
    return made


@pytest.fixture
async def store(tmp_path: Path, folder: Path) -> AsyncIterator[FileStore]:
    database = Database(tmp_path / "paddock.db", MIGRATIONS)
    await database.open()
    yield FileStore(database, folder)
    await database.close()


def file(name: str, **fields: object) -> StoredFile:
    known = {
        "id": f"file-{name}",
        "name": name,
        "purpose": "assistants",
        "size_bytes": 0,
        "sha256": "",
        "created_at": 1,
    }
    return StoredFile(**{**known, **fields})


async def test_a_file_comes_back(store: FileStore) -> None:
    kept = await store.add(file("a.txt"), b"hay")
    assert (kept.size_bytes, kept.sha256) == (3, hashlib.sha256(b"hay").hexdigest())
    assert await store.get("file-a.txt") == kept
    assert await store.content("file-a.txt") == b"hay"
    await store.add(file("b.txt", created_at=2), b"")
    assert [each.name for each in await store.list()] == ["b.txt", "a.txt"]


async def test_the_same_content_is_kept_once_until_the_last_goes(store: FileStore, folder: Path) -> None:
    for name in ("a", "b"):
        await store.add(file(name), b"hay")
    assert len(list(folder.iterdir())) == 1
    await store.remove("file-a")
    assert await store.content("file-b") == b"hay"
    await store.remove("file-b")
    assert list(folder.iterdir()) == []


async def test_what_is_not_there_is_not_found(store: FileStore) -> None:
    for verb in (store.get, store.content, store.remove):
        with pytest.raises(NotFound, match="no file “nope”"):
            await verb("nope")


async def test_expired_files_are_gone_with_their_content(store: FileStore, folder: Path) -> None:
    await store.add(file("old", expires_at=time.time() - 1), b"old")
    await store.add(file("new", expires_at=time.time() + 1000), b"new")
    with pytest.raises(NotFound):
        await store.get("file-old")
    assert [each.name for each in await store.list()] == ["new"]
    assert [path.read_bytes() for path in folder.iterdir()] == [b"new"]


async def test_content_that_was_taken_away_is_told(store: FileStore, folder: Path) -> None:
    kept = await store.add(file("a"), b"hay")
    (folder / kept.sha256).unlink()
    with pytest.raises(StorageFailed):
        await store.content("file-a")
    await store.remove("file-a")
