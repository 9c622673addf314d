"""Policies, verdicts and named shields on disk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.engine.domain.errors import Conflict, NotFound
from app.engine.domain.safety import Concern, LogEntry, LogFilter, Occasion, Policy, ShieldInfo, Verdict
from app.engine.storage.database import Database
from app.engine.storage.safety import PolicyStore, ShieldStore, VerdictStore, digest_of
from tests.fakes.stores import opened

ENTRY = LogEntry(
    id=0,
    at=10.0,
    occasion=Occasion(origin="chat", session_id="s", subject="a_b.txt"),
    verdict=Verdict(
        shield="llama-guard", direction="input", outcome="block", concerns=(Concern(category="hate", name="Hate"),)
    ),
    text="what was said",
    digest="d",
)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with opened(tmp_path) as database:
        yield database


async def test_versions_stand_on_each_other(database: Database) -> None:
    store = PolicyStore(database)
    assert await store.newest() is None
    await store.add(Policy(version=1), 0)
    await store.add(Policy(version=2, on_error="open"), 1)
    with pytest.raises(Conflict):
        await store.add(Policy(version=2), 1)
    assert await store.newest() == Policy(version=2, on_error="open")
    assert [policy.version for policy in await store.versions(1)] == [2]
    assert [policy.version for policy in await store.versions(9)] == [2, 1]


async def test_entries_come_back_as_they_went_in(database: Database) -> None:
    store = VerdictStore(database)
    first, second = await store.add([ENTRY, ENTRY])
    assert second == first + 1
    page = await store.page(LogFilter(), None, 10)
    assert [entry.id for entry in page.entries] == [second, first] and page.total == 2
    kept = page.entries[0]
    assert (kept.at, kept.occasion, kept.verdict, kept.text) == (10.0, ENTRY.occasion, ENTRY.verdict, ENTRY.text)
    assert (await store.page(LogFilter(words="a_b"), None, 10)).total == 2
    assert (await store.page(LogFilter(words="aXb"), None, 10)).total == 0
    assert (await store.page(LogFilter(category="hat"), None, 10)).total == 0


async def test_old_ones_go_but_for_those_that_are_marked(database: Database) -> None:
    store = VerdictStore(database)
    first, _second = await store.add([ENTRY, ENTRY])
    assert (await store.mark(first, True, "no")).note == "no"
    assert await store.forget(5.0) == 0
    assert await store.forget(20.0) == 1
    assert await store.clear() == 1
    with pytest.raises(NotFound):
        await store.mark(first, True, "")


async def test_names_are_kept_and_forgotten(database: Database) -> None:
    store = ShieldStore(database)
    shield = ShieldInfo(id="mine", title="", description="", provider_id="llama-guard", state="", ready=False)
    await store.put(shield)
    await store.put(shield)
    assert await store.all() == (shield,)
    assert await store.remove("mine") and not await store.remove("mine")


def test_a_digest_knows_a_text_again() -> None:
    assert digest_of("a") == digest_of("a") != digest_of("b")
    assert len(digest_of("\ud800")) == 64
