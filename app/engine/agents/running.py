"""A turn under way: its events so far, and who waits for more. Must not store anything, nor know how a turn is run."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import msgspec

from app.engine.domain.agents import (
    InferenceStep,
    Step,
    StepCompleted,
    StepProgressed,
    StepRetracted,
    StepStarted,
    Turn,
    TurnCompleted,
    TurnEvent,
    TurnStarted,
)
from app.engine.domain.inference import TextDelta
from app.engine.domain.safety import Origin


class RunningTurn:
    """The events of a turn, kept until it ends. `turn` is what it holds so far, `open_step` what is not over."""

    def __init__(self, turn: Turn, origin: Origin = "chat") -> None:
        self.turn = turn
        self.origin = origin
        self.open_step: Step | None = None
        self.task: asyncio.Task[None] | None = None
        # Whether the end is known, and whether those who watch have been told.
        self.ended = False
        self.told = False
        self._stopping = False
        self._events: list[TurnEvent] = []
        self._changed = asyncio.Condition()

    async def add(self, event: TurnEvent) -> None:
        """Take an event in, and tell those who watch."""
        self._note(event)
        async with self._changed:
            self._events.append(event)
            self.told = isinstance(event, TurnCompleted)
            self._changed.notify_all()

    async def watch(self) -> AsyncIterator[TurnEvent]:
        """Yield the events from the start, ending with TurnCompleted."""
        seen = 0
        while True:
            async with self._changed:
                while len(self._events) <= seen:
                    await self._changed.wait()
                fresh = self._events[seen:]
            for event in fresh:
                yield event
            seen += len(fresh)
            if isinstance(fresh[-1], TurnCompleted):
                return

    async def cancel(self) -> None:
        """Stop the turn and wait for its end."""
        if self.task is not None:
            if not self._stopping:  # a second stop must not break off the end that the first one brought about
                self._stopping = True
                self.task.cancel()
            await asyncio.wait([self.task])

    def _note(self, event: TurnEvent) -> None:
        self.ended = self.ended or isinstance(event, TurnCompleted)
        match event:
            case TurnStarted(turn) | TurnCompleted(turn):
                self.turn = turn
            case StepStarted(step):
                self.open_step = step
            case StepProgressed(_, _, TextDelta(text)) if isinstance(self.open_step, InferenceStep):
                self.open_step = msgspec.structs.replace(self.open_step, text=self.open_step.text + text)
            case StepRetracted() if isinstance(self.open_step, InferenceStep):
                self.open_step = msgspec.structs.replace(self.open_step, text="")
            case StepCompleted(step):
                self.open_step = None
                others = tuple(each for each in self.turn.steps if each.id != step.id)
                self.turn = msgspec.structs.replace(self.turn, steps=(*others, step))
