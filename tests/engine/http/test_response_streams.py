"""Streams are numbered, held back while they may still become an error, and gone on with behind a number."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import msgspec

from app.engine.domain.agents import StepCompleted, StepProgressed, StepStarted, TurnCompleted, TurnEvent, TurnStarted
from app.engine.domain.inference import TextDelta
from app.engine.http.response_streams import replayed, streamed
from tests.fakes.turns import STEP, TURN, looked_up, said, turn
from tests.fakes.waiting import drain

BEGIN = TurnStarted(turn(state="running", completed_at=None))


async def told(*events: TurnEvent | asyncio.Event) -> AsyncIterator[TurnEvent]:
    for event in events:
        if isinstance(event, asyncio.Event):
            await event.wait()
        else:
            yield event


async def test_events_are_numbered_from_nought(engine) -> None:
    found = await drain(streamed(engine, told(BEGIN, TurnCompleted(turn(said("Hay."), text="Hay.")))))
    assert [each["sequence_number"] for each in found] == list(range(len(found)))


async def test_the_first_wait_for_more_to_tell(engine) -> None:
    gate = asyncio.Event()
    starting = StepStarted(said(state="running"))
    events = streamed(engine, told(BEGIN, starting, gate, StepProgressed(TURN, STEP, TextDelta("Hay"))), hold=True)
    first = asyncio.ensure_future(anext(events))
    await asyncio.sleep(0)
    assert not first.done()
    gate.set()
    assert (await first)["type"] == "response.created"
    assert [each["type"] for each in await drain(events)][-1] == "response.output_text.delta"


async def test_without_holding_the_first_come_at_once(engine) -> None:
    events = streamed(engine, told(BEGIN, asyncio.Event()))
    assert (await anext(events))["type"] == "response.created"
    await events.aclose()


async def test_what_is_cited_is_looked_up(engine) -> None:
    bank = await engine.memory.create_bank("Stable")
    file = await engine.files.add("hay.txt", b"Hay.")
    document = await engine.memory.add_file(bank.id, file.id)
    (source,) = looked_up("Hay.").sources
    source = msgspec.structs.replace(source, bank_id=bank.id, document_id=document.id)
    found = looked_up(sources=(source,))
    events = [BEGIN, StepStarted(looked_up(state="running")), StepCompleted(found)]
    made = await drain(streamed(engine, told(*events), results=True))
    assert made[-1]["item"]["results"][0]["file_id"] == file.id


async def test_a_stream_goes_on_behind_a_number(engine) -> None:
    over = TurnCompleted(turn(said("Hay."), text="Hay."))

    def again(starting_after: int | None) -> AsyncIterator[dict]:
        return replayed(streamed(engine, told(over)), starting_after)

    whole = await drain(again(None))
    assert await drain(again(2)) == whole[3:]
    (last,) = await drain(again(500))
    assert last == {**whole[-1], "sequence_number": 501}
