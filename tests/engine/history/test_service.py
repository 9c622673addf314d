"""The chat list: order, folders, undo of deletion, search, export and import."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.engine.domain.agents import Session, Turn
from app.engine.domain.errors import InvalidRequest, NotFound
from app.engine.domain.events import EngineEvent, SessionsChanged
from app.engine.domain.inference import Message
from app.engine.history.service import HistoryService
from app.engine.storage.database import Database
from app.engine.storage.folders import FolderStore
from app.engine.storage.sessions import MIGRATIONS, SessionStore


class Desk:
    def __init__(self, database: Database) -> None:
        self.events: list[EngineEvent] = []
        self.store = SessionStore(database)
        self.history = HistoryService(self.store, FolderStore(database), self.events.append)

    async def chat(self, name: str, *texts: str) -> None:
        turns = []
        for number, text in enumerate(texts):
            parent = turns[-1].id if turns else None
            said = (Message(role="user", content=text),)
            turns.append(Turn(id=f"{name}{number}", session_id=name, parent_id=parent, input=said))
        leaf = turns[-1].id if turns else None
        await self.store.add_turns(Session(id=name, title=f"Chat {name}", active_turn_id=leaf), turns)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    database = Database(tmp_path / "paddock.db", MIGRATIONS)
    await database.open()
    yield Desk(database)
    await database.close()


async def test_turns_come_in_pages_from_the_end(desk: Desk) -> None:
    await desk.chat("s", *(str(number) for number in range(25)))
    newest = await desk.history.turns("s", limit=10)
    assert [turn.input_text() for turn in newest.turns] == [str(number) for number in range(15, 25)]
    assert newest.has_older
    older = await desk.history.turns("s", before=newest.turns[0].id, limit=15)
    assert [turn.input_text() for turn in older.turns] == [str(number) for number in range(15)]
    assert not older.has_older
    for limit in (0, 501):
        with pytest.raises(InvalidRequest):
            await desk.history.turns("s", limit=limit)


async def test_order_folders_and_names(desk: Desk) -> None:
    await desk.chat("a")
    await desk.chat("b")
    assert (await desk.history.rename("a", "  New \n name ")).title == "New name"
    await desk.history.pin("a", True)
    folder = await desk.history.create_folder(" Work ")
    assert (await desk.history.move("b", folder.id)).folder_id == folder.id
    listed = await desk.history.list()
    assert [session.id for session in listed.sessions] == ["a", "b"]
    assert listed.folders == (folder,)
    assert (await desk.history.rename_folder(folder.id, "Play")).name == "Play"
    await desk.history.delete_folder(folder.id)
    assert (await desk.history.list()).sessions[1].folder_id is None
    assert desk.events == [event for event in desk.events if isinstance(event, SessionsChanged)]
    with pytest.raises(InvalidRequest):
        await desk.history.create_folder("  ")
    with pytest.raises(NotFound):
        await desk.history.move("a", "no folder")
    with pytest.raises(NotFound):
        await desk.history.delete_folder("no folder")


async def test_deleting_can_be_undone_until_it_is_purged(desk: Desk) -> None:
    for name in ("a", "b"):
        await desk.chat(name, "hello")
    await desk.history.delete(("a", "b"))
    assert (await desk.history.list()).sessions == ()
    await desk.history.restore(("a",))
    assert [session.id for session in (await desk.history.list()).sessions] == ["a"]
    assert await desk.history.purge() == 1
    with pytest.raises(NotFound):
        await desk.history.restore(("b",))


async def test_search_finds_titles_and_words_and_names_each_chat_once(desk: Desk) -> None:
    await desk.chat("a", "the river", "another river")
    await desk.chat("b", "mountains")
    await desk.history.rename("b", "River trip")
    hits = await desk.history.search("RIVER")
    assert sorted(hit.session_id for hit in hits) == ["a", "b"]
    assert next(hit for hit in hits if hit.session_id == "a").turn_id in ("a0", "a1")
    assert next(hit for hit in hits if hit.session_id == "b").turn_id is None
    assert await desk.history.search("  ") == ()
    assert await desk.history.search("absent") == ()


async def test_export_and_import(desk: Desk) -> None:
    await desk.chat("a", "one", "two")
    assert "two" in await desk.history.export("a", "markdown")
    assert (await desk.history.export("a", "html")).startswith("<!doctype html>")
    copy = await desk.history.import_json(await desk.history.export("a", "json"))
    page = await desk.history.turns(copy.id)
    assert [turn.input_text() for turn in page.turns] == ["one", "two"]
    assert len((await desk.history.list()).sessions) == 2
