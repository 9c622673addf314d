"""The index in a process of its own, over the whole way of a bank's documents; what was deleted is in no file."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from app.engine.domain.errors import StorageFailed, WorkerDied
from app.engine.storage.lance.client import IndexClient
from app.engine.storage.lance.wire import Differences, Find, Place
from tests.fakes.bank import FakeBank, floats
from tests.fakes.waiting import soon


@pytest.fixture
async def index() -> AsyncIterator[IndexClient]:
    client = IndexClient()
    yield client
    await client.close()


async def commit(index: IndexClient, bank: FakeBank, place: Place, name: str, *parts: list[str]) -> int:
    """Read a document (again), put it into the index and make it live; returns its row number."""
    await bank.list(name)
    number = await bank.stage(*parts)
    await bank.embed()
    await index.commit(place, bank.database.path, [number], "en")
    await bank.chunks.make_live([number])
    return number


async def words(index: IndexClient, bank: FakeBank, place: Place, text: str) -> list[str]:
    found = await index.find(Find(place=place, text=text))
    chunks = await bank.chunks.seen(found.keyword_ids)
    return sorted(chunks[number].chunk.text for number in found.keyword_ids)


async def test_the_way_of_documents_through_the_index(index: IndexClient, bank: FakeBank, place: Place) -> None:
    path = bank.database.path
    assert index.pid is None
    first = await commit(index, bank, place, "a", ["The owl hunts.", "The hen lays."])
    second = await commit(index, bank, place, "b", ["An owl sleeps."])
    assert index.pid is not None
    assert await words(index, bank, place, "owls") == ["An owl sleeps.", "The owl hunts."]
    found = await index.find(Find(place=place, text="hen", vector=floats("An owl sleeps."), limit=1))
    assert [len(found.vector_ids), len(found.keyword_ids)] == [1, 1]
    assert found.vector_ids[0] != found.keyword_ids[0]
    # Searches run beside commits.
    searches = [asyncio.create_task(words(index, bank, place, "sleep")) for _ in range(20)]
    third = await commit(index, bank, place, "d", [f"The hen {number}." for number in range(50)])
    assert {tuple(found) for found in await asyncio.gather(*searches)} == {("An owl sleeps.",)}
    await index.delete(place, [third])
    await bank.chunks.remove([third])
    # Read again, the new takes the old one's place.
    assert await commit(index, bank, place, "a", ["The owl is gone."]) == first
    assert await words(index, bank, place, "hunts hen owl") == ["An owl sleeps.", "The owl is gone."]
    assert await index.compare(place, path) == Differences()
    # A commit the database does not know, and a removal the index does not.
    await bank.list("c")
    staged = await bank.stage(["A stray owl."])
    await bank.embed()
    await index.commit(place, path, [staged], "en")
    await index.delete(place, [second])
    assert await index.compare(place, path) == Differences(missing=(second,), surplus=(staged,))
    assert (await index.tend(place)).unindexed == 0
    rebuilt = msgspec.structs.replace(place, table="chunks_2")
    assert (await index.rebuild(rebuilt, path, "en")).rows == 2
    assert await index.compare(rebuilt, path) == Differences()
    await index.drop(place)
    assert not (await index.compare(place, path)).exists
    assert await words(index, bank, rebuilt, "owl") == ["An owl sleeps.", "The owl is gone."]
    # Another language makes the text index anew.
    await commit(index, bank, rebuilt, "e", ["Die Hühner legen."])
    assert await words(index, bank, rebuilt, "Huhn") == []
    await index.tend(rebuilt, "de")
    assert await words(index, bank, rebuilt, "Huhn") == ["Die Hühner legen."]


async def test_deleted_text_is_in_no_file_of_the_index(
    index: IndexClient, bank: FakeBank, place: Place, tmp_path: Path
) -> None:
    def holds(word: bytes) -> bool:
        return any(word in path.read_bytes().lower() for path in tmp_path.rglob("*") if path.is_file())

    # Distinct characters in a word that is repeated: compression leaves it readable.
    secret = await commit(index, bank, place, "a", ["xyzzysecret and the owl."])
    await commit(index, bank, place, "b", ["The hen stays."])
    assert holds(b"xyzzysecret")
    await index.delete(place, [secret])
    await bank.chunks.remove([secret])
    await bank.database.shrink()
    other = msgspec.structs.replace(place, table="chunks_2")
    await index.rebuild(other, bank.database.path, "en")
    await index.drop(place)
    assert not holds(b"xyzzysecret")
    assert await words(index, bank, other, "hen") == ["The hen stays."]
    with pytest.raises(StorageFailed):
        await index.rebuild(place, tmp_path / "nowhere.db", "en")
    await index.close()
    with pytest.raises(WorkerDied, match="closed"):
        await index.tend(place)


async def test_a_killed_process_is_started_again_and_loses_nothing(
    index: IndexClient, bank: FakeBank, place: Place
) -> None:
    await commit(index, bank, place, "a", ["The owl hunts."])
    pid = index.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    await soon(lambda: index.pid is None)
    assert await words(index, bank, place, "owl") == ["The owl hunts."]
    assert index.pid != pid
    assert await index.compare(place, bank.database.path) == Differences()
