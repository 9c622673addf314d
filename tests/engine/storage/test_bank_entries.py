"""Values are set, listed by prefix, and removed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.engine.domain.errors import BugError
from app.engine.domain.memory import Entry
from app.engine.storage.bank_entries import EntryStore
from tests.fakes.bank import opened


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[EntryStore]:
    async with opened(tmp_path) as bank:
        yield EntryStore(bank.database)


async def test_values_come_back_by_key_and_are_replaced(store: EntryStore) -> None:
    await store.put([Entry(key="b", value="2", updated_at=1), Entry(key="a", value='{"x": 1}', updated_at=1)])
    await store.put([Entry(key="b", value="3", updated_at=2)])
    assert await store.list("", 10) == (
        Entry(key="a", value='{"x": 1}', updated_at=1), Entry(key="b", value="3", updated_at=2),
    )  # fmt: skip
    assert await store.count() == 2
    assert [entry.key for entry in await store.list("", 1)] == ["a"]


async def test_a_prefix_is_taken_as_it_stands(store: EntryStore) -> None:
    keys = ("user:1", "user:2", "user", "User:1", "us%r:1", "us_r:1", "🦙:1", "🦙:2")
    await store.put([Entry(key=key, value="v") for key in keys])
    for prefix in ("user:", "us%", "us_", "🦙:", "nothing"):
        found = [entry.key for entry in await store.list(prefix, 99)]
        assert sorted(found) == sorted(key for key in keys if key.startswith(prefix)), prefix


async def test_removal_tells_how_many_there_were(store: EntryStore) -> None:
    await store.put([Entry(key=str(number), value="v") for number in range(1200)])
    assert await store.remove([str(number) for number in range(10, 2000)]) == 1190
    assert await store.remove(["10"]) == 0
    assert await store.remove([]) == 0
    assert await store.count() == 10


async def test_all_or_none(store: EntryStore) -> None:
    with pytest.raises(BugError):
        await store.put([Entry(key="a", value="1"), Entry(key="b", value=None)])
    assert await store.count() == 0
