"""Files that apps hand in."""

from __future__ import annotations

import pytest

from app.engine.domain.errors import InvalidRequest, NotFound
from tests.fakes.memory_engine import Engine

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_files_are_kept_listed_and_deleted(engine: Engine) -> None:
    files = engine.parts.files
    first = await files.add("a.txt", b"alpha")
    second = await files.add("b.txt", b"beta", purpose="batch")
    assert (first.size_bytes, first.purpose, first.id[:5]) == (5, "assistants", "file-")
    assert [file.id for file in await files.list()] == [second.id, first.id]
    assert [file.id for file in await files.list(purpose="batch")] == [second.id]
    assert await files.content(first.id) == b"alpha"
    assert await files.get(second.id) == second
    await files.remove(first.id)
    for verb in (files.get, files.content, files.remove):
        with pytest.raises(NotFound):
            await verb(first.id)
    assert engine.on_disk("alpha", "files") == []


async def test_equal_contents_are_stored_once_and_stay_while_one_needs_them(engine: Engine) -> None:
    files = engine.parts.files
    first, second = await files.add("a.txt", b"alpha"), await files.add("b.txt", b"alpha")
    assert len(engine.on_disk("alpha", "files")) == 1
    await files.remove(first.id)
    assert await files.content(second.id) == b"alpha"


async def test_a_file_expires(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    files = engine.parts.files
    file = await files.add("a.txt", b"alpha", expires_after_seconds=60)
    assert file.expires_at == pytest.approx(file.created_at + 60)
    later = time.time() + 61
    monkeypatch.setattr(time, "time", lambda: later)
    with pytest.raises(NotFound):
        await files.get(file.id)
    assert await files.list() == ()
    assert engine.on_disk("alpha", "files") == []


async def test_a_file_needs_a_name(engine: Engine) -> None:
    with pytest.raises(InvalidRequest):
        await engine.parts.files.add(" ", b"x")
