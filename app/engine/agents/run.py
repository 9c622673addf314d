"""One turn on its way through the loop: what it holds so far. Must not ask models, shields or banks."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import msgspec

from app.engine.agents.batching import Item
from app.engine.agents.context import exchanged
from app.engine.agents.sources import with_nothing_found, with_sources
from app.engine.domain.agents import (
    AgentConfig,
    ContextReport,
    MemoryRetrievalStep,
    StepCompleted,
    Turn,
    TurnEvent,
)
from app.engine.domain.inference import Message
from app.engine.domain.safety import Origin
from app.engine.runtime.streams import Prefetched


class TurnRun:
    """One turn on its way. `answer` is a generation that began before the input was judged."""

    def __init__(self, turn: Turn, past: Sequence[Turn], config: AgentConfig, origin: Origin = "chat") -> None:
        self.turn = turn
        self.origin = origin
        # What was blocked is no part of the conversation.
        self.past = tuple(each for each in past if each.state != "blocked")
        self.config = config
        self.answer: Prefetched[ContextReport | Item] | None = None
        # Set once shields have let the input pass; until then it must not leave this machine.
        self.judged = asyncio.Event()

    @property
    def blocked(self) -> bool:
        """Whether a shield has stopped the turn."""
        return self.turn.blocking() is not None

    def replace_input(self, messages: tuple[Message, ...]) -> None:
        """Go on with other messages: what a shield withheld is no longer among them."""
        self.turn = msgspec.structs.replace(self.turn, input=messages)

    def note(self, event: TurnEvent) -> None:
        """Keep a step that ended; one that was there already is replaced."""
        if isinstance(event, StepCompleted):
            others = tuple(step for step in self.turn.steps if step.id != event.step.id)
            self.turn = msgspec.structs.replace(self.turn, steps=(*others, event.step))

    async def close(self) -> None:
        """End a generation that nobody reads any more."""
        if self.answer is not None:
            await self.answer.aclose()


def nothing_found(turn: Turn) -> bool:
    """Tell whether banks were searched for this turn and hold nothing about it."""
    return any(isinstance(step, MemoryRetrievalStep) and step.nothing_found for step in turn.steps)


def prompt_of(turn: Turn) -> tuple[Message, ...]:
    """Return the messages of a turn as the model gets them: with what was found for it, and what tools said."""
    given = turn.input
    if sources := turn.sources():
        given = with_sources(given, sources)
    elif nothing_found(turn):
        given = with_nothing_found(given)
    return (*given, *exchanged(turn))
