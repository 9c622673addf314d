"""Joins the deltas of a fast generation, so that storing and showing them costs a bounded number of writes.

The first delta passes at once; later ones wait until the consumer is ready and a short interval has passed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from app.engine.domain.inference import GenerationEvent, GenerationFinished, TextDelta, ToolCallDelta
from app.engine.runtime.streams import Prefetched

# A thirtieth of a second: what the eye takes as steady, and what the window paints at.
INTERVAL_SECONDS = 1 / 30

Item = TextDelta | ToolCallDelta | GenerationFinished


async def batched_deltas(
    events: AsyncIterator[GenerationEvent], interval: float = INTERVAL_SECONDS
) -> AsyncIterator[Item]:
    """Yield the generation's deltas, neighbouring text joined; closing it closes the generation."""
    async with Prefetched(events) as source:
        while waiting := await source.take():
            for item in _joined(waiting):
                yield item
            if not isinstance(waiting[-1], GenerationFinished):
                await asyncio.sleep(interval)


def _joined(waiting: list[GenerationEvent]) -> list[Item]:
    items: list[Item] = []
    for event in waiting:
        last = items[-1] if items else None
        match event:
            case TextDelta() if isinstance(last, TextDelta):
                items[-1] = TextDelta(last.text + event.text, (*last.logprobs, *event.logprobs))
            case TextDelta() | ToolCallDelta() | GenerationFinished():
                items.append(event)
    return items
