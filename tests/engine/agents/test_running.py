"""A turn under way can be watched from its start, by many, and stopped."""

from __future__ import annotations

import asyncio

from app.engine.agents.running import RunningTurn
from app.engine.domain.agents import (
    InferenceStep,
    StepCompleted,
    StepProgressed,
    StepRetracted,
    StepStarted,
    Turn,
    TurnCompleted,
    TurnEvent,
    TurnStarted,
)
from app.engine.domain.inference import Message, TextDelta
from tests.fakes.waiting import drain

TURN = Turn(id="t", session_id="s", parent_id=None, input=(Message(role="user", content="hi"),))
STEP = InferenceStep(id="i", turn_id="t", model="m")
ENDED = TurnCompleted(TURN)


async def told(*events: TurnEvent) -> RunningTurn:
    running = RunningTurn(TURN)
    for event in events:
        await running.add(event)
    return running


async def test_who_comes_late_sees_everything() -> None:
    running = await told(TurnStarted(TURN), StepStarted(STEP))
    watching = asyncio.create_task(drain(running.watch()))
    for event in (StepCompleted(STEP), ENDED):
        await running.add(event)
    assert await watching == [TurnStarted(TURN), StepStarted(STEP), StepCompleted(STEP), ENDED]
    assert await drain(running.watch()) == await watching


async def test_it_knows_what_the_turn_holds_so_far() -> None:
    said = StepProgressed("t", "i", TextDelta("oa"))
    running = await told(TurnStarted(TURN), StepStarted(STEP), said, said)
    assert isinstance(running.open_step, InferenceStep) and running.open_step.text == "oaoa"
    await running.add(StepRetracted("t", "i"))
    assert running.open_step.text == ""
    await running.add(StepCompleted(STEP))
    await running.add(StepCompleted(STEP))
    assert running.open_step is None and running.turn.steps == (STEP,)


async def test_stopping_waits_for_the_end() -> None:
    running = RunningTurn(TURN)
    await running.cancel()
    begun, over = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        try:
            begun.set()
            await asyncio.Event().wait()
        finally:
            over.set()

    running.task = asyncio.create_task(work())
    await begun.wait()
    await running.cancel()
    assert over.is_set()


async def test_a_second_stop_does_not_break_off_the_end() -> None:
    running, ending, free = RunningTurn(TURN), asyncio.Event(), asyncio.Event()
    over = False

    async def work() -> None:
        nonlocal over
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            ending.set()
            await free.wait()
            over = True

    running.task = asyncio.create_task(work())
    await asyncio.sleep(0)
    stops = [asyncio.create_task(running.cancel())]
    await ending.wait()
    stops.append(asyncio.create_task(running.cancel()))
    await asyncio.sleep(0)
    free.set()
    await asyncio.gather(*stops)
    assert over
