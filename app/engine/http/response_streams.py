"""Streams of responses: numbers their events, and looks up what they cite. Must not shape an event itself."""

from __future__ import annotations

from collections.abc import AsyncIterator

from app.engine.domain.agents import (
    MemoryRetrievalStep,
    Source,
    StepCompleted,
    StepProgressed,
    StepStarted,
    TurnCompleted,
    TurnEvent,
)
from app.engine.facade import Engine
from app.engine.http.response_events import Event, ResponseEvents
from app.engine.http.response_turns import documents_of
from app.engine.runtime.streams import closing

LAST = ("response.completed", "response.incomplete", "response.failed")


async def streamed(
    engine: Engine, events: AsyncIterator[TurnEvent], *, results: bool = False, hold: bool = False
) -> AsyncIterator[Event]:
    """Yield the stream of a response.

    With `hold` its first events wait until there is more to tell, so that what fails by then can still be an error.
    """
    stream, number = ResponseEvents(results=results), 0
    waiting: list[Event] = []
    async with closing(events):
        async for event in events:
            documents = await documents_of(engine, _cited(event))
            for each in stream.take(event, documents):
                waiting.append({**each, "sequence_number": number})
                number += 1
            hold = hold and not _tells(event)
            while waiting and not hold:
                yield waiting.pop(0)


async def replayed(events: AsyncIterator[Event], starting_after: int | None) -> AsyncIterator[Event]:
    """Yield the events behind a number. The last one always comes.

    Of a response that is over there are fewer events than it had while it ran, so theirs may all be behind the number.
    """
    seen = -1 if starting_after is None else starting_after
    async with closing(events):
        async for event in events:
            if event["sequence_number"] > seen:
                yield event
            elif event["type"] in LAST:
                yield {**event, "sequence_number": seen + 1}


def _cited(event: TurnEvent) -> tuple[Source, ...]:
    """Return the sources whose documents a stream may name with an event."""
    match event:
        case StepCompleted(MemoryRetrievalStep() as step):
            return step.sources
        case TurnCompleted(turn):
            return turn.sources()
        case _:
            return ()


def _tells(event: TurnEvent) -> bool:
    """Whether a response is under way with this event, for better or worse."""
    looks = isinstance(event, StepStarted) and isinstance(event.step, MemoryRetrievalStep)
    return looks or isinstance(event, StepProgressed | TurnCompleted)
