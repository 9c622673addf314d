"""The chat list over a real database: order, search, undo, export and import."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.engine.domain.agents import Session, Turn
from app.engine.domain.errors import InvalidRequest, NotFound
from app.engine.domain.events import EngineEvent, SessionsChanged
from app.engine.domain.inference import Message
from app.engine.history.service import PAGE_LIMIT, HistoryService
from app.engine.storage.folders import FolderStore
from app.engine.storage.sessions import SessionStore
from tests.fakes.stores import opened


class Case:
    """A history over a database, and what it told."""

    def __init__(self, store: SessionStore, folders: FolderStore) -> None:
        self.store = store
        self.events: list[EngineEvent] = []
        self.service = HistoryService(store, folders, self.events.append)

    async def chat(self, name: str, *questions: str, title: str = "") -> None:
        """Store a chat of one branch; turns are called name-0, name-1 and so on."""
        await self.store.add_session(Session(id=name, title=title))
        parent = None
        for number, question in enumerate(questions):
            asked = (Message(role="user", content=question),)
            output = Message(role="assistant", content=f"answer to {question}")
            turn = Turn(id=f"{name}-{number}", session_id=name, parent_id=parent, input=asked, output=output,
                        state="completed")  # fmt: skip
            await self.store.add_turn(turn)
            parent = turn.id


@pytest.fixture
async def case(tmp_path: Path) -> AsyncIterator[Case]:
    async with opened(tmp_path) as database:
        yield Case(SessionStore(database), FolderStore(database))


async def ids(case: Case) -> set[str]:
    return {session.id for session in (await case.service.list()).sessions}


async def test_pages_of_turns(case: Case) -> None:
    await case.chat("a", *(str(number) for number in range(7)))
    page = await case.service.turns("a", limit=3)
    assert [turn.id for turn in page.turns] == ["a-4", "a-5", "a-6"]
    assert (page.has_older, page.session.id) == (True, "a")
    older = await case.service.turns("a", before="a-4", limit=4)
    assert [turn.id for turn in older.turns] == ["a-0", "a-1", "a-2", "a-3"]
    assert not older.has_older
    assert (await case.service.turns("a", before="a-0")).turns == ()
    for limit in (0, PAGE_LIMIT + 1):
        with pytest.raises(InvalidRequest):
            await case.service.turns("a", limit=limit)


async def test_rename_pin_and_move(case: Case) -> None:
    await case.chat("a")
    assert (await case.service.rename("a", "  new\n name ")).title == "new name"
    assert (await case.service.pin("a", True)).pinned
    folder = await case.service.create_folder(" My  folder ")
    assert folder.name == "My folder"
    assert (await case.service.move("a", folder.id)).folder_id == folder.id
    assert (await case.service.rename_folder(folder.id, "Other")).name == "Other"
    assert (await case.service.list()).folders[0].name == "Other"
    await case.service.delete_folder(folder.id)
    assert (await case.store.session("a")).folder_id is None
    assert case.events.count(SessionsChanged(("a",))) == 3


async def test_what_does_not_exist_is_told(case: Case) -> None:
    await case.chat("a")
    for call in (
        case.service.rename("nope", "x"),
        case.service.move("a", "nope"),
        case.service.delete_folder("nope"),
        case.service.turns("nope"),
        case.service.export("nope", "json"),
        case.service.delete(("nope",)),
    ):
        with pytest.raises(NotFound):
            await call
    for name in ("", "  "):
        with pytest.raises(InvalidRequest):
            await case.service.create_folder(name)


async def test_deleting_can_be_undone_until_the_purge(case: Case) -> None:
    for name in "abc":
        await case.chat(name, "x")
    await case.service.delete(("a", "b"))
    assert await ids(case) == {"c"}
    await case.service.restore(("a",))
    assert await ids(case) == {"a", "c"}
    assert await case.service.purge() == 1
    with pytest.raises(NotFound):
        await case.service.restore(("b",))
    assert SessionsChanged(("a", "b")) in case.events


async def test_search_finds_titles_and_words_and_each_chat_once(case: Case) -> None:
    await case.chat("a", "llamas eat hay", "llamas sleep", title="Animals")
    await case.chat("b", "cars", title="Llama carts")
    await case.chat("c", "boats")
    hits = {hit.session_id: hit for hit in await case.service.search("LLAM")}
    assert set(hits) == {"a", "b"}
    assert "⟦" in hits["a"].excerpt
    assert (hits["b"].turn_id, hits["b"].excerpt) == (None, "")
    assert await case.service.search("llama boats") == ()
    assert await case.service.search("  ") == ()
    assert len(await case.service.search("llam", limit=1)) == 1


async def test_a_chat_survives_export_and_import_with_every_branch(case: Case) -> None:
    await case.chat("a", "one", "two", title="T")
    sibling = Turn(id="alt", session_id="a", parent_id="a-0", input=(Message(role="user", content="other"),),
                   state="completed")  # fmt: skip
    await case.store.add_turn(sibling)
    imported = await case.service.import_json(await case.service.export("a", "json"))
    assert imported.id != "a"
    turns = await case.store.turns(imported.id)
    assert [turn.input_text() for turn in turns] == ["one", "two", "other"]
    assert len(turns[1].sibling_ids) == 2
    shown = await case.service.turns(imported.id)
    assert [turn.input_text() for turn in shown.turns] == ["one", "other"]
    assert "other" in {hit.excerpt.strip("⟦⟧ \n") for hit in await case.service.search("other")}
    again = await case.service.import_json(await case.service.export(imported.id, "json"))
    assert again.title == "T"


async def test_markdown_and_html_hold_the_shown_branch(case: Case) -> None:
    await case.chat("a", "one", "two")
    await case.chat("b", "hidden")
    await case.store.change_session("a", active_turn_id="a-0")
    for form in ("markdown", "html"):
        text = await case.service.export("a", form)  # type: ignore[arg-type]
        assert "answer to one" in text
        assert "two" not in text


async def test_a_damaged_file_adds_nothing(case: Case) -> None:
    await case.chat("a", "one")
    with pytest.raises(InvalidRequest):
        await case.service.import_json((await case.service.export("a", "json"))[:-50])
    assert await ids(case) == {"a"}
