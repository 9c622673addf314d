"""The registry of banks: descriptions come back, deletions that were begun are remembered."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.engine.domain.agents import Session
from app.engine.domain.memory import Bank, Chunking, IngestProgress, LanguageFit
from app.engine.storage.banks import MIGRATIONS, BankStore
from app.engine.storage.database import Database
from app.engine.storage.sessions import MIGRATIONS as SESSION_MIGRATIONS
from app.engine.storage.sessions import SessionStore


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(tmp_path / "paddock.db", (*SESSION_MIGRATIONS[:1], *MIGRATIONS, *SESSION_MIGRATIONS[1:]))
    await database.open()
    yield database
    await database.close()


@pytest.fixture
def store(db: Database) -> BankStore:
    return BankStore(db)


async def test_banks_come_back_by_name_without_what_passes(store: BankStore) -> None:
    bank = Bank(
        id="vs_1", name="birds", type="graph", embedding_model="m", chunking=Chunking(max_tokens=9),
        metadata={"a": "b"}, fit=LanguageFit(language="pl", trust=0.5), created_at=4.0,
    )  # fmt: skip
    await store.put(bank)
    await store.put(Bank(id="vs_2", name="Ants", session_id="s"))
    passing = Bank(id="vs_3", name="Cats", progress=IngestProgress(done=1, total=2), problem="no disk")
    await store.put(passing)
    assert await store.all() == (Bank(id="vs_2", name="Ants", session_id="s"), bank, Bank(id="vs_3", name="Cats"))
    await store.put(Bank(id="vs_1", name="Zebras"))
    assert [each.name for each in await store.all()] == ["Ants", "Cats", "Zebras"]


async def test_a_deletion_that_was_begun_is_remembered(store: BankStore) -> None:
    bank = Bank(id="vs_1", name="birds")
    await store.put(bank)
    assert await store.deleting() == ()
    await store.mark_deleting("vs_1")
    assert (await store.all(), await store.deleting()) == ((), (bank,))
    await store.put(bank)  # a late change does not bring it back
    assert (await store.all(), await store.deleting()) == ((), (bank,))
    await store.remove("vs_1")
    assert (await store.all(), await store.deleting()) == ((), ())


async def test_banks_of_chats_that_are_gone(store: BankStore, db: Database) -> None:
    await SessionStore(db).add_session(Session(id="here", title="", deleted_at=1.0))
    for number, session in enumerate(("here", "gone", None)):
        await store.put(Bank(id=f"vs_{number}", name="x", session_id=session))
    assert await store.of_deleted_sessions() == ("vs_1",)
