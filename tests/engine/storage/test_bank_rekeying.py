"""New keys stand beside the old ones until all are there, and take their place at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.engine.storage.bank_rekeying import RekeyStore, UnkeyedChunk
from tests.fakes.bank import FakeBank, halves, key, opened


@pytest.fixture
async def bank(tmp_path: Path) -> AsyncIterator[FakeBank]:
    async with opened(tmp_path) as made:
        yield made


async def keys(bank: FakeBank) -> list[bytes]:
    return [stored.key for stored in await bank.chunks.live_after(0, 99)]


async def test_live_chunks_get_new_keys(bank: FakeBank) -> None:
    store = RekeyStore(bank.database)
    assert await store.counts() == (0, 0)
    await bank.add("a", ["one", "two"], ["three"])
    await bank.list("staged")
    await bank.stage(["four"])
    first, _ = await store.unkeyed(2)
    assert first == UnkeyedChunk(1, ("Chapter 1",), "one")
    new = {chunk.number: key(f"new {chunk.text}") for chunk in await store.unkeyed(9)}
    assert list(new) == [1, 2, 3]
    await store.put([(1, new[1]), (2, new[2])], [(new[1], halves("one")), (new[2], halves("two"))])
    assert await store.counts() == (2, 3)
    assert [chunk.number for chunk in await store.unkeyed(9)] == [3]
    assert await store.known(list(new.values())) == {new[1], new[2]}
    assert await keys(bank) == [key("one"), key("two"), key("three")]
    await store.put([(3, new[3]), (77, new[3])], [(new[3], halves("three"))])
    await store.apply()
    assert await keys(bank) == list(new.values())
    assert await store.counts() == (0, 3)
    await bank.chunks.drop_unused()
    assert set(await bank.chunks.vectors([*new.values(), key("one")])) == set(new.values())


async def test_what_is_being_read_begins_anew(bank: FakeBank) -> None:
    live = await bank.add("a", ["one"])
    await bank.list("a", "b")
    await bank.stage(["one, newer"])
    await bank.stage(["two"])
    await RekeyStore(bank.database).apply()
    assert await bank.texts() == ["one"]
    assert [await bank.count(table) for table in ("parts", "chunks", "pending")] == [1, 1, 0]
    for name in "ab":
        assert (await bank.documents.get(f"file-{name}")).in_words() == "waiting"
    work = await bank.documents.next_waiting()
    assert work is not None and (work.number, work.generation) == (live, 2)


async def test_giving_up_leaves_the_old_keys(bank: FakeBank) -> None:
    store = RekeyStore(bank.database)
    await bank.add("a", ["one"])
    await store.put([(1, key("new"))], [])
    await store.drop()
    await store.apply()
    assert await keys(bank) == [key("one")]
