"""The inference of a turn as steps: begun before it is told, ended whatever happens, told what it is judged to be."""

from __future__ import annotations

import pytest

from app.engine.agents.answering import Answering
from app.engine.agents.run import TurnRun
from app.engine.agents.shielding import Shielding
from app.engine.domain.agents import (
    AgentConfig,
    ContextReport,
    InferenceStep,
    ShieldStep,
    StepCompleted,
    StepStarted,
    Turn,
    TurnEvent,
)
from app.engine.domain.errors import ModelHostDied
from app.engine.domain.inference import Message, TextDelta
from app.engine.runtime.streams import Prefetched, closing
from tests.engine.agents.test_shielding import Safety
from tests.fakes.chat_model import FakeChatModel
from tests.fakes.shields import BAD
from tests.fakes.turn_store import FakeTurnStore

TURN = Turn(id="t", session_id="s", parent_id=None, input=(Message(role="user", content="hi you"),))


class Case:
    def __init__(self, *words: object, shielded: bool = True) -> None:
        self.model = FakeChatModel(*words)  # type: ignore[arg-type]
        self.store = FakeTurnStore()
        self.answering = Answering(self.store, self.open, Shielding(Safety()) if shielded else None)
        self.run = TurnRun(TURN, (), AgentConfig(model="m", max_tokens=50))
        self.run.judged.set()
        self.events: list[TurnEvent] = []

    async def open(self, _model_id: str) -> FakeChatModel:
        return self.model

    async def answer(self) -> list[str]:
        async with closing(self.answering.steps(self.run)) as events:
            async for event in events:
                self.events.append(event)
        return [type(event).__name__ for event in self.events]


async def test_what_the_model_sees_comes_first() -> None:
    case = Case("oats")
    items = [item async for item in case.answering.generate(case.run)]
    assert items[0] == ContextReport(context_length=1000, prompt_tokens=2)
    assert items[1] == TextDelta("oats")


async def test_without_shields_there_is_one_step() -> None:
    case = Case("oats", shielded=False)
    assert await case.answer() == ["StepStarted", "StepProgressed", "StepCompleted"]
    last = case.events[-1]
    assert isinstance(last, StepCompleted) and isinstance(last.step, InferenceStep)
    assert (last.step.text, last.step.finish_reason, last.step.state) == ("oats", "stop", "completed")


async def test_what_was_begun_ahead_is_used() -> None:
    case = Case("oats")
    case.run.answer = Prefetched(case.answering.generate(case.run))
    await case.answer()
    assert len(case.model.requests) == 1


async def test_the_check_of_an_answer_follows_it() -> None:
    case = Case("oats")
    assert await case.answer() == ["StepStarted", "StepProgressed", "StepCompleted", "StepStarted", "StepCompleted"]
    told = [event.step for event in case.events if isinstance(event, StepStarted | StepCompleted)]
    assert [type(step) for step in told] == [InferenceStep, InferenceStep, ShieldStep, ShieldStep]
    assert case.store.steps[told[-1].id] == told[-1]


async def test_an_answer_blocked_before_it_was_shown_is_not_taken_back() -> None:
    case = Case(f"Mix {BAD}.")
    assert "StepRetracted" not in await case.answer()
    answer = next(event.step for event in case.events if isinstance(event, StepCompleted))
    assert isinstance(answer, InferenceStep) and (answer.state, answer.text) == ("blocked", "")


async def test_a_failure_is_told_and_raised() -> None:
    case = Case("half ", ModelHostDied("It ended."), shielded=False)
    with pytest.raises(ModelHostDied):
        await case.answer()
    last = case.events[-1]
    assert isinstance(last, StepCompleted) and isinstance(last.step, InferenceStep)
    assert (last.step.state, last.step.text) == ("failed", "half ")
