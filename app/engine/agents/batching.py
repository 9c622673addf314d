"""Joins the deltas of a fast generation, so that storing and showing them costs a bounded number of writes.

The first delta passes at once; later ones wait until the consumer is ready and a short interval has passed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from app.engine.domain.inference import GenerationEvent, GenerationFinished, TextDelta, ToolCallDelta
from app.engine.runtime.streams import close_stream

# A thirtieth of a second: what the eye takes as steady, and what the window paints at.
INTERVAL_SECONDS = 1 / 30

Item = TextDelta | ToolCallDelta | GenerationFinished


async def batched_deltas(
    events: AsyncIterator[GenerationEvent], interval: float = INTERVAL_SECONDS
) -> AsyncIterator[Item]:
    """Yield the generation's deltas, neighbouring text joined; closing it closes the generation."""
    queue: asyncio.Queue[GenerationEvent | BaseException | None] = asyncio.Queue()
    task = asyncio.create_task(_pump(events, queue), name="generation")
    try:
        ended = False
        while not ended:
            waiting = [await queue.get()]
            while not queue.empty():
                waiting.append(queue.get_nowait())
            for item in _joined(waiting):
                if isinstance(item, BaseException):
                    raise item
                if item is None:
                    ended = True
                else:
                    yield item
            if not ended:
                await asyncio.sleep(interval)
    finally:
        task.cancel()
        await asyncio.wait([task])


async def _pump(
    events: AsyncIterator[GenerationEvent], queue: asyncio.Queue[GenerationEvent | BaseException | None]
) -> None:
    try:
        async for event in events:
            queue.put_nowait(event)
    except asyncio.CancelledError:
        raise
    except Exception as error:  # a border: the consumer raises it in its own task
        queue.put_nowait(error)
    finally:
        await close_stream(events)
        queue.put_nowait(None)


def _joined(waiting: list[GenerationEvent | BaseException | None]) -> list[Item | BaseException | None]:
    items: list[Item | BaseException | None] = []
    for event in waiting:
        last = items[-1] if items else None
        match event:
            case TextDelta() if isinstance(last, TextDelta):
                items[-1] = TextDelta(last.text + event.text, (*last.logprobs, *event.logprobs))
            case TextDelta() | ToolCallDelta() | GenerationFinished() | BaseException() | None:
                items.append(event)
    return items
