"""Sessions and running turns: watchers come and go, branches are never erased, one answer at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.engine.agents.service import AgentService, title_of
from app.engine.domain.agents import StepProgressed, Turn, TurnCompleted, TurnEvent
from app.engine.domain.errors import Conflict, InvalidRequest, NotFound
from app.engine.domain.events import EngineEvent, TurnRan
from app.engine.domain.inference import Message
from app.engine.domain.models import Model
from app.engine.domain.settings import Settings
from app.engine.storage.database import Database
from app.engine.storage.sessions import MIGRATIONS, SessionStore
from tests.fakes.turns import ScriptedModel


class Desk:
    """An agent service over a real database and a scripted model."""

    def __init__(self, database: Database) -> None:
        self.model = ScriptedModel()
        self.store = SessionStore(database)
        self.events: list[EngineEvent] = []
        self.settings = Settings(temperature=0.3, default_instructions="be kind")
        self.agents = AgentService(self.store, self.open, self.default, lambda: self.settings, self.events.append)

    async def open(self, _model_id: str) -> ScriptedModel:
        return self.model

    async def default(self) -> Model:
        return Model(id="starter", name="Starter")

    async def finish(self, turn: Turn) -> Turn:
        events = [event async for event in self.agents.watch_turn(turn.id)]
        assert isinstance(events[-1], TurnCompleted)
        return events[-1].turn


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    database = Database(tmp_path / "paddock.db", MIGRATIONS)
    await database.open()
    desk = Desk(database)
    yield desk
    await desk.agents.close()
    await database.close()


async def until(events: list[TurnEvent], kind: type) -> None:
    while not any(isinstance(event, kind) for event in events):
        await asyncio.sleep(0.001)


async def test_a_new_chat_takes_the_defaults_and_its_title_from_the_first_message(desk: Desk) -> None:
    session = await desk.agents.create_session()
    assert (session.config.instructions, session.config.sampling.temperature) == ("be kind", 0.3)
    turn = await desk.finish(await desk.agents.start_turn(session.id, "What is a paddock?\nTell me."))
    assert turn.output_text() == "Hello there"
    assert turn.steps[0].model == "starter"
    assert (await desk.agents.get_session(session.id)).title == "What is a paddock?"
    assert [event.running for event in desk.events if isinstance(event, TurnRan)] == [True, False]


async def test_two_watchers_see_the_same_and_a_late_one_sees_all(desk: Desk) -> None:
    desk.model.pause_at = 1
    session = await desk.agents.create_session()
    turn = await desk.agents.start_turn(session.id, "Hi")
    early: list[TurnEvent] = []

    async def watch() -> None:
        async for event in desk.agents.watch_turn(turn.id):
            early.append(event)

    task = asyncio.create_task(watch())
    await until(early, StepProgressed)
    late = desk.agents.watch_turn(turn.id)
    desk.model.gate.set()
    seen = [event async for event in late]
    await task
    assert seen == early


async def test_a_watcher_that_leaves_does_not_stop_the_turn(desk: Desk) -> None:
    desk.model.pause_at = 1
    session = await desk.agents.create_session()
    turn = await desk.agents.start_turn(session.id, "Hi")
    watcher = desk.agents.watch_turn(turn.id)
    await anext(watcher)
    await watcher.aclose()  # type: ignore[attr-defined]
    desk.model.gate.set()
    assert (await desk.finish(turn)).state == "completed"


async def test_cancelling_keeps_what_was_said(desk: Desk) -> None:
    desk.model.pause_at = 1
    session = await desk.agents.create_session()
    turn = await desk.agents.start_turn(session.id, "Hi")
    seen: list[TurnEvent] = []

    async def watch() -> None:
        async for event in desk.agents.watch_turn(turn.id):
            seen.append(event)

    task = asyncio.create_task(watch())
    await until(seen, StepProgressed)
    cancelled = await desk.agents.cancel_turn(turn.id)
    await task
    assert (cancelled.state, cancelled.output_text()) == ("cancelled", "Hello")
    assert desk.model.closed == 1
    assert await desk.agents.running_turns() == ()


async def test_one_answer_at_a_time(desk: Desk) -> None:
    desk.model.pause_at = 0
    session = await desk.agents.create_session()
    turn = await desk.agents.start_turn(session.id, "Hi")
    with pytest.raises(Conflict):
        await desk.agents.start_turn(session.id, "And?")
    desk.model.gate.set()
    await desk.finish(turn)


async def test_regenerating_and_editing_make_siblings(desk: Desk) -> None:
    session = await desk.agents.create_session()
    first = await desk.finish(await desk.agents.start_turn(session.id, "One"))
    second = await desk.finish(await desk.agents.start_turn(session.id, "Two"))
    again = await desk.finish(await desk.agents.regenerate_turn(second.id))
    edited = await desk.finish(await desk.agents.edit_turn(second.id, "Zwei"))
    assert again.input == second.input
    assert edited.input_text() == "Zwei"
    assert (await desk.store.turn(edited.id)).sibling_ids == (second.id, again.id, edited.id)
    assert (await desk.store.turn(second.id)).parent_id == first.id
    assert [m.content for m in desk.model.requests[-1].messages] == ["be kind", "One", "Hello there", "Zwei"]
    third = await desk.finish(await desk.agents.start_turn(session.id, "Drei"))
    shown = await desk.agents.select_turn(second.id)
    assert shown.active_turn_id == second.id
    assert (await desk.agents.select_turn(edited.id)).active_turn_id == third.id


async def test_what_cannot_be_asked_is_refused(desk: Desk) -> None:
    session = await desk.agents.create_session()
    other = await desk.agents.create_session()
    turn = await desk.finish(await desk.agents.start_turn(other.id, "Hi"))
    with pytest.raises(InvalidRequest):
        await desk.agents.start_turn(session.id, "  \n ")
    with pytest.raises(InvalidRequest):
        await desk.agents.start_turn(session.id, "Hi", parent_id=turn.id)
    with pytest.raises(NotFound):
        await desk.agents.start_turn("no such chat", "Hi")


async def test_a_fault_of_ours_still_ends_the_turn(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(_messages: tuple[Message, ...]) -> int:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr(desk.model, "count_tokens", broken)
    session = await desk.agents.create_session()
    turn = await desk.finish(await desk.agents.start_turn(session.id, "Hi"))
    assert turn.state == "failed"
    assert turn.failure is not None
    assert "ZeroDivisionError" in turn.failure.message


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Short", "Short"),
        ("\n\n  First line \nsecond", "First line"),
        ("word " * 30, "word " * 11 + "word…"),
    ],
)
def test_titles(text: str, title: str) -> None:
    assert title_of((Message(role="user", content=text),)) == title
