"""Folders keep their chats when they go; search finds words by their beginnings."""

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
from app.engine.storage.sessions import MIGRATIONS, SessionStore


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(tmp_path / "paddock.db", MIGRATIONS)
    await database.open()
    yield database
    await database.close()


async def test_a_folder_that_goes_leaves_its_chats(database: Database) -> None:
    folders, sessions = FolderStore(database), SessionStore(database)
    await folders.add(Folder(id="f", name="Work"))
    await folders.add(Folder(id="g", name="attic"))
    assert [folder.name for folder in await folders.all()] == ["attic", "Work"]
    await sessions.add_session(Session(id="s", title="", folder_id="f"))
    assert (await folders.rename("f", "Play")).name == "Play"
    await folders.remove("f")
    assert (await sessions.session("s")).folder_id is None
    for call in (folders.require("f"), folders.rename("f", "x")):
        with pytest.raises(NotFound):
            await call


async def test_search(database: Database) -> None:
    folders, sessions = FolderStore(database), SessionStore(database)
    for name, text in (("s1", "The Árbol grows by the river"), ("s2", "a river of words"), ("s3", "nothing")):
        said = (Message(role="user", content=text),)
        turn = Turn(id=f"t{name}", session_id=name, parent_id=None, input=said)
        await sessions.add_turns(Session(id=name, title=name), (turn,))
    assert {hit.session_id for hit in await folders.search("riv", 10)} == {"s1", "s2"}
    hits = await folders.search("arbol RIVER", 10)
    assert [hit.session_id for hit in hits] == ["s1"]
    assert "⟦river⟧" in hits[0].excerpt
    await sessions.change_session("s1", deleted_at=1.0)
    assert [hit.session_id for hit in await folders.search("river", 10)] == ["s2"]
    for odd in ('"', "* OR NEAR(", "' --", "()", ""):
        assert await folders.search(odd, 10) in ((), await folders.search(odd, 10))
