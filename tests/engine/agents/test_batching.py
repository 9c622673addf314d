"""Joined deltas: nothing lost, nothing reordered, and closing ends the generation."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from app.engine.agents.batching import batched_deltas
from app.engine.domain.errors import ModelHostDied
from app.engine.domain.inference import (
    GenerationEvent,
    GenerationFinished,
    GenerationStarted,
    TextDelta,
    ToolCallDelta,
    Usage,
)


async def stream(*events: GenerationEvent) -> AsyncIterator[GenerationEvent]:
    for event in events:
        yield event


async def test_neighbouring_text_is_joined_and_order_kept() -> None:
    call = ToolCallDelta(0, id="c", name="f")
    end = GenerationFinished("stop", Usage())
    events = stream(GenerationStarted(1), TextDelta("a"), TextDelta("b"), call, TextDelta("c"), end)
    items = [item async for item in batched_deltas(events, interval=0)]
    assert "".join(item.text for item in items if isinstance(item, TextDelta)) == "abc"
    assert items[-1] == end
    assert items.index(call) == len(items) - 3


async def test_a_failure_is_raised_after_what_came_before() -> None:
    async def broken() -> AsyncIterator[GenerationEvent]:
        yield TextDelta("said")
        raise ModelHostDied("gone")

    said = []
    with pytest.raises(ModelHostDied):
        async for item in batched_deltas(broken(), interval=0):
            said.append(item)
    assert said == [TextDelta("said")]


async def test_closing_ends_the_generation() -> None:
    closed = asyncio.Event()

    async def endless() -> AsyncIterator[GenerationEvent]:
        try:
            yield TextDelta("a")
            await asyncio.Event().wait()
        finally:
            closed.set()

    items = batched_deltas(endless(), interval=0)
    assert await anext(items) == TextDelta("a")
    await items.aclose()  # type: ignore[attr-defined]
    assert closed.is_set()
