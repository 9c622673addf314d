"""Folders, and the search over what was said."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.engine.domain.agents import Session, Turn
from app.engine.domain.errors import NotFound
from app.engine.domain.history import Folder
from app.engine.domain.inference import Message
from app.engine.storage.database import Database
from app.engine.storage.folders import FolderStore
from app.engine.storage.sessions import SessionStore
from tests.fakes.stores import opened


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    async with opened(tmp_path) as database:
        yield database


async def say(db: Database, session: str, question: str, answer: str = "", deleted: float | None = None) -> None:
    store = SessionStore(db)
    asked = (Message(role="user", content=question),)
    output = Message(role="assistant", content=answer)
    turn = Turn(id=f"t-{session}", session_id=session, parent_id=None, input=asked, output=output, state="completed")
    await store.add_turns(Session(id=session, title=f"Chat {session}", deleted_at=deleted), [turn])


async def found(db: Database, text: str) -> list[str]:
    return sorted(hit.session_id for hit in await FolderStore(db).search(text, 10))


async def test_folders_come_and_go(db: Database) -> None:
    store = FolderStore(db)
    for name in ("work", "Home"):
        await store.add(Folder(id=name, name=name, created_at=1.0))
    assert [folder.name for folder in await store.all()] == ["Home", "work"]
    assert (await store.rename("work", "Study")).name == "Study"
    assert await store.require("Home") == Folder(id="Home", name="Home", created_at=1.0)
    for missing in (store.rename("nope", "x"), store.require("nope")):
        with pytest.raises(NotFound):
            await missing


async def test_a_removed_folder_lets_its_chats_go(db: Database) -> None:
    store, sessions = FolderStore(db), SessionStore(db)
    await store.add(Folder(id="f", name="F"))
    await sessions.add_session(Session(id="s", title="", folder_id="f"))
    await store.remove("f")
    assert (await sessions.session("s")).folder_id is None


async def test_all_words_are_wanted_each_as_a_prefix(db: Database) -> None:
    await say(db, "a", "How do llamas sleep?", "Standing in the Hütte")
    await say(db, "b", "How do cats sleep?")
    assert await found(db, "llam sle") == ["a"]
    assert await found(db, "sleep") == ["a", "b"]
    assert await found(db, "hutte STAND") == ["a"]
    assert await found(db, "llamas cats") == []
    assert await found(db, "amas") == []


async def test_the_excerpt_marks_the_words(db: Database) -> None:
    await say(db, "a", "one llama")
    (hit,) = await FolderStore(db).search("llama", 5)
    assert (hit.excerpt.strip(), hit.title, hit.turn_id) == ("one ⟦llama⟧", "Chat a", "t-a")


async def test_deleted_chats_are_not_found(db: Database) -> None:
    await say(db, "a", "llama", deleted=1.0)
    assert await found(db, "llama") == []


@pytest.mark.parametrize("text", ["", "  ", '"', "* AND OR", "NEAR(", "a:b", "-x", "'; drop table turns", "🦙", "^x"])
async def test_no_text_breaks_the_search(db: Database, text: str) -> None:
    await say(db, "a", "words")
    assert await found(db, text) == []
