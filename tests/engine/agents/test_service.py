"""Sessions and turns as clients use them, over a real database and a fake model."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.engine.agents.retrieval import Retrieval
from app.engine.domain.agents import (
    AgentConfig,
    Attachment,
    StepProgressed,
    TurnCompleted,
    TurnEvent,
    TurnStarted,
)
from app.engine.domain.errors import Conflict, InvalidRequest, ModelNotFound, NotFound
from app.engine.domain.events import SessionsChanged, TurnRan
from app.engine.domain.inference import Message, TextDelta
from app.engine.domain.memory import Document
from app.engine.domain.models import Model
from app.engine.runtime.streams import closing
from tests.fakes.agent_case import AgentCase
from tests.fakes.chat_model import FakeChatModel
from tests.fakes.stores import opened
from tests.fakes.turn_memory import FakeTurnMemory
from tests.fakes.waiting import drain, soon


@pytest.fixture
async def case(tmp_path: Path) -> AsyncIterator[AgentCase]:
    async with opened(tmp_path) as database:
        made = AgentCase(database)
        yield made
        await made.service.close()


def said(events: list[TurnEvent]) -> str:
    deltas = [event.delta for event in events if isinstance(event, StepProgressed)]
    return "".join(delta.text for delta in deltas if isinstance(delta, TextDelta))


async def test_a_new_chat_takes_the_settings(case: AgentCase) -> None:
    session = await case.session()
    assert session.config.instructions == "Be kind."
    assert session.config.sampling.temperature == 0.3
    assert session.config.model is None
    assert await case.service.get_session(session.id) == session
    own = await case.service.create_session(title="T", config=AgentConfig(model="x"))
    assert (own.title, own.config) == ("T", AgentConfig(model="x"))
    with pytest.raises(NotFound):
        await case.service.get_session("nope")


async def test_a_turn_is_answered_stored_and_told(case: AgentCase) -> None:
    session = await case.session()
    begun = await case.service.start_turn(session.id, "What is\nhay?")
    assert (begun.state, begun.sibling_ids) == ("running", (begun.id,))
    turn = await case.finish(begun)
    stored = await case.store.turn(turn.id)
    assert (stored.state, stored.output_text(), stored.steps) == ("completed", "an answer", turn.steps)
    assert (await case.service.get_session(session.id)).title == "What is"
    assert (await case.service.get_session(session.id)).active_turn_id == turn.id
    assert [event.running for event in case.events if isinstance(event, TurnRan)] == [True, False]
    assert SessionsChanged((session.id,)) in case.events
    assert stored.steps[0].model == "m"


async def test_the_conversation_so_far_is_sent(case: AgentCase) -> None:
    session = await case.session()
    await case.answered(session, "one")
    await case.answered(session, "two")
    messages = case.model.requests[-1].messages  # type: ignore[union-attr]
    assert [message.content for message in messages] == ["Be kind.", "one", "an answer", "two"]


async def test_two_watchers_see_everything_and_one_may_leave(case: AgentCase) -> None:
    gate = asyncio.Event()
    case.model = FakeChatModel("a", "b", gate, "c")
    turn = await case.service.start_turn((await case.session()).id, "x")
    early: list[TurnEvent] = []
    watching = asyncio.create_task(drain(case.service.watch_turn(turn.id), early))
    await soon(lambda: "b" in said(early))
    async with closing(case.service.watch_turn(turn.id)) as leaving:
        assert isinstance(await anext(leaving), TurnStarted)
    late = asyncio.create_task(drain(case.service.watch_turn(turn.id)))
    gate.set()
    assert await late == await watching
    assert said(early) == "abc"
    assert isinstance(early[-1], TurnCompleted)


async def test_a_finished_turn_is_told_at_once(case: AgentCase) -> None:
    turn = await case.answered(await case.session(), "x")
    (only,) = await drain(case.service.watch_turn(turn.id))
    assert isinstance(only, TurnCompleted)
    with pytest.raises(NotFound):
        await drain(case.service.watch_turn("nope"))


async def test_stopping_keeps_what_was_said(case: AgentCase) -> None:
    case.model = FakeChatModel("half", asyncio.Event())
    turn = await case.service.start_turn((await case.session()).id, "x")
    seen: list[TurnEvent] = []
    watching = asyncio.create_task(drain(case.service.watch_turn(turn.id), seen))
    await soon(lambda: said(seen))
    assert [running.id for running in await case.service.running_turns()] == [turn.id]
    stopped = await case.service.cancel_turn(turn.id)
    await watching
    assert (stopped.state, stopped.output_text()) == ("cancelled", "half")
    assert isinstance(seen[-1], TurnCompleted)
    assert await case.service.running_turns() == ()
    assert case.model.closed == 1
    assert await case.service.cancel_turn(turn.id) == stopped


async def test_a_turn_stopped_before_it_began_ends_too(case: AgentCase) -> None:
    case.model = FakeChatModel(asyncio.Event())  # one that says nothing: whether it began in time is chance
    turn = await case.service.start_turn((await case.session()).id, "x")
    stopped = await case.service.cancel_turn(turn.id)
    assert stopped.state == "cancelled"
    assert await case.service.running_turns() == ()
    case.model = FakeChatModel("oats")
    assert (await case.answered(await case.session(), "y")).state == "completed"


async def test_one_chat_answers_one_thing_at_a_time(case: AgentCase) -> None:
    case.model = FakeChatModel(asyncio.Event())
    session = await case.session()
    turn = await case.service.start_turn(session.id, "x")
    for again in (case.service.start_turn(session.id, "y"), case.service.regenerate_turn(turn.id)):
        with pytest.raises(Conflict):
            await again
    other = await case.service.start_turn((await case.session()).id, "x")
    assert len(await case.service.running_turns()) == 2
    await case.service.cancel_turn(turn.id)
    await case.service.cancel_turn(other.id)
    assert len(await case.store.turns(session.id)) == 1


async def test_two_starts_at_once_make_one_turn(case: AgentCase) -> None:
    case.model = FakeChatModel(asyncio.Event())  # one that says nothing: else the first may have ended by chance
    session = await case.session()
    starts = [case.service.start_turn(session.id, text) for text in ("x", "y")]
    results = await asyncio.gather(*starts, return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "Turn"]


async def test_again_and_edited_make_siblings(case: AgentCase) -> None:
    session = await case.session()
    first = await case.answered(session, "one")
    second = await case.answered(session, "two")
    again = await case.finish(await case.service.regenerate_turn(second.id))
    edited = await case.finish(await case.service.edit_turn(second.id, "three"))
    assert {again.parent_id, edited.parent_id} == {first.id}
    stored = await case.store.turn(again.id)
    assert stored.sibling_ids == (second.id, again.id, edited.id)
    assert stored.input == second.input
    assert edited.input == (Message(role="user", content="three"),)
    assert (await case.service.get_session(session.id)).active_turn_id == edited.id
    root = await case.finish(await case.service.edit_turn(first.id, "new beginning"))
    assert root.parent_id is None


async def test_showing_another_branch_shows_its_newest_leaf(case: AgentCase) -> None:
    session = await case.session()
    first = await case.answered(session, "one")
    leaf = await case.answered(session, "two")
    await case.answered(session, "other", parent_id=None)
    shown = await case.service.select_turn(first.id)
    assert shown.active_turn_id == leaf.id
    with pytest.raises(NotFound):
        await case.service.select_turn("nope")


async def test_unusable_turns_are_refused(case: AgentCase) -> None:
    session, other = await case.session(), await case.session()
    foreign = await case.answered(other, "x")
    with pytest.raises(InvalidRequest, match="empty"):
        await case.service.start_turn(session.id, " \n ")
    with pytest.raises(InvalidRequest, match="another chat"):
        await case.service.start_turn(session.id, "x", parent_id=foreign.id)
    with pytest.raises(NotFound):
        await case.service.start_turn("nope", "x")
    with pytest.raises(NotFound):
        await case.service.start_turn(session.id, "x", parent_id="nope")


async def test_without_any_model_nothing_is_stored_and_the_chat_stays_usable(case: AgentCase) -> None:
    case.default = None
    session = await case.session()
    with pytest.raises(ModelNotFound):
        await case.service.start_turn(session.id, "x")
    assert await case.store.turns(session.id) == ()
    case.default = Model(id="m", name="M")
    assert (await case.answered(session, "x")).state == "completed"


async def test_a_failure_nobody_expected_ends_the_turn_in_words(case: AgentCase) -> None:
    def broken(_request: object) -> object:
        raise ZeroDivisionError("oops")

    case.model.chat = broken  # type: ignore[assignment,method-assign]
    turn = await case.answered(await case.session(), "x")
    assert turn.state == "failed"
    assert turn.failure is not None
    assert turn.failure.code == "internal_error"
    assert (await case.store.turn(turn.id)).state == "failed"


async def test_configuring_is_stored_and_used(case: AgentCase) -> None:
    session = await case.session()
    config = AgentConfig(model="other", instructions="Be brief.")
    assert (await case.service.configure_session(session.id, config)).config == config
    turn = await case.answered(session, "x")
    assert turn.steps[0].model == "other"
    assert case.model.requests[0].messages[0].content == "Be brief."  # type: ignore[union-attr]


async def test_closing_stops_what_runs(case: AgentCase) -> None:
    case.model = FakeChatModel("half", asyncio.Event())
    turn = await case.service.start_turn((await case.session()).id, "x")
    await soon(lambda: case.model.requests)
    await case.service.close()
    assert (await case.store.turn(turn.id)).state == "cancelled"


@pytest.fixture
async def looking(tmp_path: Path) -> AsyncIterator[tuple[AgentCase, FakeTurnMemory]]:
    """A service that looks into memory."""
    memory = FakeTurnMemory()
    async with opened(tmp_path) as database:
        made = AgentCase(database)
        made.join(Retrieval(memory))
        yield made, memory
        await made.service.close()


async def test_files_of_a_message_are_stored_and_seen_by_what_follows(
    looking: tuple[AgentCase, FakeTurnMemory],
) -> None:
    case, memory = looking
    memory.texts["plan"] = "The barn is painted red."
    session = await case.session()
    files = (Attachment(bank_id="chat", document_id="plan", name="plan.txt"),)
    first = await case.finish(await case.service.start_turn(session.id, "What colour is it?", attachments=files))
    stored = await case.store.turn(first.id)
    assert stored.attachments == files
    assert [source.quote for source in stored.sources()] == ["The barn is painted red."]
    second = await case.answered(session, "And who painted the barn of ours?")
    assert [source.whole for source in second.sources()] == [True]
    assert second.attachments == ()
    again = await case.finish(await case.service.regenerate_turn(first.id))
    edited = await case.finish(await case.service.edit_turn(first.id, "What colour has it really got?"))
    assert again.attachments == edited.attachments == files


async def test_a_turn_stopped_while_it_looks_keeps_its_step(looking: tuple[AgentCase, FakeTurnMemory]) -> None:
    case, memory = looking
    waiting = asyncio.Event()

    async def read(*_given: object, **_more: object) -> Document:
        waiting.set()
        await asyncio.Event().wait()
        raise AssertionError

    memory.read = read  # type: ignore[method-assign]
    files = (Attachment(bank_id="chat", document_id="plan", name="plan.txt"),)
    turn = await case.service.start_turn((await case.session()).id, "What colour is it?", attachments=files)
    await waiting.wait()
    stopped = await case.service.cancel_turn(turn.id)
    assert stopped.state == "cancelled"
    assert [step.state for step in stopped.steps] == ["cancelled"]
    assert case.model.requests == []


async def test_a_stop_that_comes_with_the_end_does_not_undo_it(case: AgentCase) -> None:
    gate = asyncio.Event()
    case.model = FakeChatModel("an ", gate, "answer")
    turn = await case.service.start_turn((await case.session()).id, "Hello")
    running = case.service._running[turn.id]
    add, known = running.add, asyncio.Event()

    async def held(event: TurnEvent) -> None:
        if isinstance(event, TurnCompleted) and not known.is_set():
            running._note(event)
            known.set()
            await asyncio.Event().wait()
        await add(event)

    running.add = held  # type: ignore[method-assign]
    watching = asyncio.create_task(drain(case.service.watch_turn(turn.id)))
    gate.set()
    await known.wait()
    assert (await case.service.cancel_turn(turn.id)).state == "completed"
    last = (await watching)[-1]
    assert isinstance(last, TurnCompleted) and last.turn.state == "completed"
