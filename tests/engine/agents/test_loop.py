"""One turn: its events in order, everything on disk before it is told, and every way to end."""

from __future__ import annotations

import asyncio

import pytest

from app.engine.agents.loop import TurnLoop
from app.engine.domain.agents import (
    AgentConfig,
    StepCompleted,
    StepProgressed,
    StepStarted,
    Turn,
    TurnCompleted,
    TurnEvent,
    TurnStarted,
)
from app.engine.domain.errors import ModelHostDied, ModelLoadFailed
from app.engine.domain.inference import Message, Priority, TextDelta
from tests.fakes.turns import MemoryTurnStore, ScriptedModel

TURN = Turn(id="t", session_id="s", parent_id=None, input=(Message(role="user", content="Hi"),))
CONFIG = AgentConfig(model="m", instructions="be kind")


class Bench:
    """A loop over a scripted model and a store in memory."""

    def __init__(self, model: ScriptedModel | None = None) -> None:
        self.model = model or ScriptedModel()
        self.store = MemoryTurnStore()
        self.loop = TurnLoop(self.store, self.open)
        self.failure: ModelLoadFailed | None = None

    async def open(self, _model_id: str) -> ScriptedModel:
        if self.failure is not None:
            raise self.failure
        return self.model

    async def run(self, past: tuple[Turn, ...] = (), config: AgentConfig = CONFIG) -> list[TurnEvent]:
        return [event async for event in self.loop.run(TURN, past, config)]


def last_turn(events: list[TurnEvent]) -> Turn:
    assert isinstance(events[-1], TurnCompleted)
    return events[-1].turn


async def test_the_events_of_a_turn() -> None:
    bench = Bench()
    events = await bench.run()
    kinds = [type(event) for event in events if not isinstance(event, StepProgressed)]
    assert kinds == [TurnStarted, StepStarted, StepCompleted, TurnCompleted]
    turn = last_turn(events)
    assert (turn.state, turn.output_text()) == ("completed", "Hello there")
    assert bench.store.turns["t"] == turn
    step = turn.steps[0]
    assert (step.finish_reason, step.usage.completion_tokens) == ("stop", 2)
    assert step.context is not None
    assert step.context.dropped_turns == 0
    request = bench.model.requests[0]
    assert request.priority == Priority.CHAT
    assert [message.role for message in request.messages] == ["system", "user"]


async def test_every_word_is_on_disk_before_it_is_told() -> None:
    bench = Bench(ScriptedModel([f"w{n} " for n in range(50)]))
    told = ""
    async for event in bench.loop.run(TURN, (), CONFIG):
        if isinstance(event, StepProgressed) and isinstance(event.delta, TextDelta):
            told += event.delta.text
            assert bench.store.texts[event.step_id].startswith(told)


async def test_a_failure_ends_the_turn_with_its_words_and_keeps_what_was_said() -> None:
    bench = Bench()
    bench.model.error = ModelHostDied("The model process ended.", hint="Ask again.")
    turn = last_turn(await bench.run())
    assert (turn.state, turn.output_text()) == ("failed", "Hello there")
    assert turn.failure is not None
    assert (turn.failure.code, turn.failure.hint) == ("model_host_died", "Ask again.")
    assert bench.store.steps[turn.steps[0].id].state == "failed"


async def test_a_model_that_cannot_be_loaded_fails_the_turn() -> None:
    bench = Bench()
    bench.failure = ModelLoadFailed("It needs 5 GB, 3 are free.")
    turn = last_turn(await bench.run())
    assert turn.failure is not None
    assert turn.failure.message == "It needs 5 GB, 3 are free."
    assert turn.output is None


async def test_a_full_disk_ends_the_turn_in_words() -> None:
    bench = Bench(ScriptedModel(["a", "b", "c"]))
    bench.model.pause_at = 1
    events: list[TurnEvent] = []
    async for event in bench.loop.run(TURN, (), CONFIG):
        events.append(event)
        if isinstance(event, StepProgressed):
            bench.store.full = True
            bench.model.gate.set()
    turn = last_turn(events)
    assert turn.state == "failed"
    assert turn.failure is not None
    assert turn.failure.code == "storage_failed"


async def test_a_full_context_is_told() -> None:
    bench = Bench()
    bench.model.reason = "length"
    step = last_turn(await bench.run()).steps[0]
    assert step.context is not None
    assert step.context.cut_answer
    bench = Bench()
    bench.model.reason = "length"
    asked = AgentConfig(model="m", max_tokens=2)
    step = last_turn(await bench.run(config=asked)).steps[0]
    assert step.context is not None
    assert not step.context.cut_answer


async def test_cancelling_closes_the_generation_and_settling_keeps_the_text() -> None:
    bench = Bench(ScriptedModel(["kept", "never"]))
    bench.model.pause_at = 1
    seen: list[TurnEvent] = []

    async def consume() -> None:
        async for event in bench.loop.run(TURN, (), CONFIG):
            seen.append(event)

    task = asyncio.create_task(consume())
    while not any(isinstance(event, StepProgressed) for event in seen):
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert bench.model.closed == 1
    started = next(event.step for event in seen if isinstance(event, StepStarted))
    closing = await bench.loop.settle(TURN, started)
    assert [type(event) for event in closing] == [StepCompleted, TurnCompleted]
    assert last_turn(closing).state == "cancelled"
