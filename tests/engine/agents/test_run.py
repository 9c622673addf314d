"""What a turn holds on its way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import msgspec

from app.engine.agents.run import TurnRun, nothing_found, prompt_of
from app.engine.domain.agents import (
    AgentConfig,
    MemoryRetrievalStep,
    ShieldStep,
    Source,
    StepCompleted,
    StepStarted,
    Turn,
)
from app.engine.domain.inference import Message, TextDelta
from app.engine.runtime.streams import Prefetched

TURN = Turn(id="t", session_id="s", parent_id=None, input=(Message(role="user", content="What?"),))
SOURCE = Source(number=1, bank_id="b", document_id="d", document_name="a.txt", quote="Oats.", start=0, end=5)
FOUND = MemoryRetrievalStep(id="r", turn_id="t", query="What?", sources=(SOURCE,))


def test_a_step_that_ends_again_takes_its_own_place() -> None:
    run = TurnRun(TURN, (), AgentConfig())
    run.note(StepStarted(FOUND))
    assert run.turn.steps == ()
    run.note(StepCompleted(FOUND))
    less = msgspec.structs.replace(FOUND, sources=())
    run.note(StepCompleted(less))
    assert run.turn.steps == (less,)


def test_it_is_blocked_once_a_check_blocks() -> None:
    run = TurnRun(TURN, (), AgentConfig())
    run.note(StepCompleted(ShieldStep(id="c", turn_id="t", direction="input", outcome="warn")))
    assert not run.blocked
    run.note(StepCompleted(ShieldStep(id="d", turn_id="t", direction="input", outcome="block")))
    assert run.blocked


def test_blocked_turns_are_no_part_of_the_past() -> None:
    blocked = msgspec.structs.replace(TURN, id="p", state="blocked")
    good = msgspec.structs.replace(TURN, id="q", state="completed")
    assert TurnRun(TURN, (blocked, good), AgentConfig()).past == (good,)


def test_the_prompt_holds_what_was_found() -> None:
    assert prompt_of(TURN) == TURN.input
    with_sources = msgspec.structs.replace(TURN, steps=(FOUND,))
    assert "Oats." in str(prompt_of(with_sources)) and not nothing_found(with_sources)
    empty = msgspec.structs.replace(
        TURN, steps=(MemoryRetrievalStep(id="r", turn_id="t", query="", nothing_found=True),)
    )
    assert nothing_found(empty) and prompt_of(empty) != TURN.input


async def test_closing_ends_what_was_begun_ahead() -> None:
    ended = asyncio.Event()

    async def endless() -> AsyncIterator[TextDelta]:
        try:
            while True:
                yield TextDelta("x")
                await asyncio.sleep(0)
        finally:
            ended.set()

    run = TurnRun(TURN, (), AgentConfig())
    await run.close()
    run.answer = Prefetched(endless())
    await anext(run.answer)
    await run.close()
    assert ended.is_set()
