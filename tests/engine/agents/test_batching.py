"""Deltas are joined, never reordered, lost or delayed at the start."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.agents.batching import batched_deltas
from app.engine.domain.errors import ModelHostDied
from app.engine.domain.inference import (
    GenerationEvent,
    GenerationFinished,
    GenerationStarted,
    TextDelta,
    TokenLogprob,
    ToolCallDelta,
    Usage,
)
from app.engine.runtime.streams import closing
from tests.fakes.waiting import drain, soon

DONE = GenerationFinished("stop", Usage())


class Source:
    """A generation that remembers being closed."""

    def __init__(self, *events: GenerationEvent | Exception | asyncio.Event) -> None:
        self.events = events
        self.closed = False

    async def run(self) -> AsyncIterator[GenerationEvent]:
        try:
            for event in self.events:
                if isinstance(event, asyncio.Event):
                    await event.wait()
                elif isinstance(event, Exception):
                    raise event
                else:
                    yield event
        finally:
            self.closed = True


async def test_neighbouring_text_is_joined_with_its_logprobs() -> None:
    entry = TokenLogprob("a", (97,), -1.0)
    source = Source(GenerationStarted(1), TextDelta("a", (entry,)), TextDelta("b"), ToolCallDelta(0, "i", "f"),
                    TextDelta("c"), DONE)  # fmt: skip
    assert await drain(batched_deltas(source.run(), 0)) == [
        TextDelta("ab", (entry,)),
        ToolCallDelta(0, "i", "f"),
        TextDelta("c"),
        DONE,
    ]
    assert source.closed


EVENTS = st.lists(
    st.one_of(st.text(max_size=3).map(TextDelta), st.integers(0, 3).map(lambda n: ToolCallDelta(n, arguments="x")))
)


@given(EVENTS)
def test_nothing_is_lost_or_reordered(events: list[TextDelta | ToolCallDelta]) -> None:
    async def run() -> list[GenerationEvent]:
        return await drain(batched_deltas(Source(*events, DONE).run(), 0))

    def flat(items: list[GenerationEvent]) -> list[object]:
        found: list[object] = []
        for item in items:
            found += list(item.text) if isinstance(item, TextDelta) else [item]
        return found

    assert flat(asyncio.run(run())) == flat([*events, DONE])


async def test_the_first_delta_does_not_wait() -> None:
    gate = asyncio.Event()
    async with closing(batched_deltas(Source(TextDelta("a"), gate, DONE).run(), 60)) as items:
        async with asyncio.timeout(5):
            assert await anext(items) == TextDelta("a")


async def test_what_came_before_a_failure_is_still_seen() -> None:
    source = Source(TextDelta("a"), ModelHostDied("gone"))
    seen: list[object] = []
    with pytest.raises(ModelHostDied):
        await drain(batched_deltas(source.run(), 0), seen)
    assert seen == [TextDelta("a")]
    assert source.closed


async def test_closing_closes_the_generation() -> None:
    source = Source(TextDelta("a"), asyncio.Event())
    async with closing(batched_deltas(source.run(), 0)) as items:
        await anext(items)
    assert source.closed


async def test_cancelling_the_consumer_closes_the_generation() -> None:
    source = Source(TextDelta("a"), asyncio.Event())
    seen: list[object] = []
    task = asyncio.create_task(drain(batched_deltas(source.run(), 0), seen))
    await soon(lambda: seen)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await soon(lambda: source.closed)
