"""What requests come to, and what becomes of their turns."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest

from app.engine.domain.agents import StepProgressed, TurnCompleted, TurnStarted
from app.engine.domain.errors import InvalidRequest, ModelHostDied, NotFound
from app.engine.domain.safety import Policy
from app.engine.http.agent_ids import conversation_id, response_id
from app.engine.http.response_echo import is_response
from app.engine.http.response_turns import (
    Place,
    asked_of,
    documents_of,
    last_turn,
    place_of,
    response_turn,
    says_nothing,
    start,
    stored_events,
    unstored_events,
)
from app.engine.http.responses_wire import ResponseBody
from tests.fakes.chat_model import FakeChatModel
from tests.fakes.models import STARTER
from tests.fakes.turns import blocked_by, looked_up, said, turn
from tests.fakes.waiting import drain, soon


def body(**fields: Any) -> ResponseBody:
    return ResponseBody.model_validate({"model": STARTER.id, "input": "Hi"} | fields)


async def sessions(agents) -> int:
    return len(await agents.agents.sessions("response"))


async def test_a_place_of_its_own_behind_another_or_in_a_conversation(agents) -> None:
    assert await place_of(agents, body()) == Place()
    first = await last_turn(stored_events(agents, await asked_of(agents, body())))
    behind = await place_of(agents, body(previous_response_id=response_id(first.id)))
    assert behind == Place(first.session_id, first.id)
    session = await agents.agents.create_session(kind="conversation")
    named = conversation_id(session.id)
    assert await place_of(agents, body(conversation=named)) == Place(session.id, None, named, shown=True)


async def test_a_refused_response_leaves_no_session(agents) -> None:
    asked = await asked_of(agents, body(guardrails=["nobody"]))
    with pytest.raises(NotFound):
        await start(agents, asked)
    assert await sessions(agents) == 0


async def test_one_that_fails_at_once_is_raised_and_not_kept(agents) -> None:
    agents.case.model = FakeChatModel(ModelHostDied("It died."))
    asked = await asked_of(agents, body())
    for events in (stored_events(agents, asked), unstored_events(agents, asked)):
        with pytest.raises(ModelHostDied):
            await drain(events)
    assert await sessions(agents) == 0


async def test_leaving_early_cancels_what_is_kept(agents) -> None:
    agents.case.model = FakeChatModel("an ", asyncio.Event())
    await agents.safety.set_policy(Policy(enabled=False))
    events = stored_events(agents, await asked_of(agents, body()))
    async for event in events:
        if isinstance(event, StepProgressed):
            break
    await events.aclose()
    await soon(lambda: agents.case.model.closed)
    (kept,) = await agents.agents.latest_turns("response")
    assert (kept.state, kept.output_text()) == ("cancelled", "an ")


async def test_one_that_is_left_while_it_starts_is_cancelled(agents, monkeypatch) -> None:
    agents.case.model = FakeChatModel("an ", asyncio.Event())
    started, gate = asyncio.Event(), asyncio.Event()
    start_turn = agents.agents.start_turn

    async def slowly(*given: Any, **fields: Any) -> Any:
        turn = await start_turn(*given, **fields)
        started.set()
        await gate.wait()
        return turn

    monkeypatch.setattr(agents.agents, "start_turn", slowly)
    session = await agents.agents.create_session(kind="conversation")
    asked = await asked_of(agents, body(conversation=conversation_id(session.id)))
    first = asyncio.ensure_future(anext(stored_events(agents, asked)))
    await started.wait()
    first.cancel()
    gate.set()
    await asyncio.wait([first])
    assert first.cancelled()
    assert [each.state for each in await agents.agents.turns(session.id)] == ["cancelled"]


async def test_one_that_is_not_kept_carries_its_request_all_the_same(agents) -> None:
    found = await drain(unstored_events(agents, await asked_of(agents, body(store=False))))
    whole = [event.turn for event in found if isinstance(event, TurnStarted | TurnCompleted)]
    assert [is_response(each) for each in whole] == [True, True]
    assert await sessions(agents) == 0


async def test_turns_that_were_not_asked_as_responses_are_none(agents) -> None:
    session = await agents.agents.create_session(kind="conversation")
    bare = await agents.case.answered(session, "Hi")
    with pytest.raises(NotFound, match="no response"):
        await response_turn(agents, response_id(bare.id))


async def test_banks_and_models_are_known_before_anything_runs(agents) -> None:
    search = {"type": "file_search", "vector_store_ids": ["vs_none"]}
    for fields in ({"tools": [search]}, {"model": "nowhere"}):
        with pytest.raises(NotFound):
            await asked_of(agents, body(**fields))
    with pytest.raises(InvalidRequest):
        await asked_of(agents, body(background=True, store=False))


async def test_documents_that_are_gone_are_not_there(agents) -> None:
    bank = await agents.memory.create_bank("Stable")
    known = agents.memory.add_document(bank.id, "hay.txt", "Hay.")
    first, second = looked_up("Hay.", "Gone.").sources
    first = msgspec.structs.replace(first, bank_id=bank.id, document_id=known.id)
    assert list(await documents_of(agents, [first, second])) == [known.id]


@pytest.mark.parametrize(
    ("given", "nothing"),
    [
        (turn(state="failed"), True),
        (turn(said("", state="failed"), state="failed"), True),
        (turn(said("Hay", state="failed"), state="failed"), False),
        (turn(looked_up("hay"), state="failed"), False),
        (turn(blocked_by("No."), state="blocked"), False),
        (turn(said(""), text=""), False),
    ],
)
def test_what_says_nothing(given, nothing: bool) -> None:
    assert says_nothing(given) is nothing
