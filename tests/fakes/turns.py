"""A model that says what it is told to, and a store of turns in memory. For tests of the turn loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

from app.engine.domain.agents import Step, Turn
from app.engine.domain.errors import PaddockError, StorageFailed
from app.engine.domain.inference import (
    ChatRequest,
    GenerationEvent,
    GenerationFinished,
    GenerationStarted,
    Message,
    TextDelta,
    Timings,
    ToolSpec,
    Usage,
)


class ScriptedModel:
    """Says `pieces`; waits for `gate` before piece number `pause_at`; raises `error` at the end."""

    def __init__(self, pieces: Sequence[str] = ("Hello", " there"), context_length: int = 1000) -> None:
        self.pieces = pieces
        self.context_length = context_length
        self.pause_at: int | None = None
        self.gate = asyncio.Event()
        self.error: PaddockError | None = None
        self.reason = "stop"
        self.requests: list[ChatRequest] = []
        self.closed = 0

    async def chat(self, request: ChatRequest) -> AsyncIterator[GenerationEvent]:
        self.requests.append(request)
        try:
            yield GenerationStarted(7)
            for number, piece in enumerate(self.pieces):
                if number == self.pause_at:
                    await self.gate.wait()
                yield TextDelta(piece)
            if self.error is not None:
                raise self.error
            usage = Usage(prompt_tokens=7, completion_tokens=len(self.pieces))
            yield GenerationFinished(self.reason, usage, Timings(first_token=0.1, generation=1.0))  # type: ignore[arg-type]
        finally:
            self.closed += 1

    async def count_tokens(self, messages: tuple[Message, ...], tools: tuple[ToolSpec, ...] = ()) -> int:
        return sum(len(message.content.split()) for message in messages)


class MemoryTurnStore:
    """Keeps steps and turns; `full` makes every further write fail."""

    def __init__(self) -> None:
        self.steps: dict[str, Step] = {}
        self.texts: dict[str, str] = {}
        self.turns: dict[str, Turn] = {}
        self.full = False

    def _check(self) -> None:
        if self.full:
            raise StorageFailed("The disk is full.")

    async def add_step(self, step: Step) -> None:
        self._check()
        self.steps[step.id] = step

    async def append_text(self, step_id: str, text: str) -> None:
        self._check()
        self.texts[step_id] = self.texts.get(step_id, "") + text

    async def complete_step(self, step: Step) -> None:
        self._check()
        self.steps[step.id] = step

    async def complete_turn(self, turn: Turn) -> None:
        self._check()
        self.turns[turn.id] = turn
