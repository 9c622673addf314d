"""Joins several streams into one, in the order their items come. Must not know what the items are."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import TypeVar

from app.engine.runtime.streams import close_stream, closing

T = TypeVar("T")


async def merged(streams: Sequence[AsyncIterator[T]]) -> AsyncIterator[tuple[int, T]]:
    """Yield (number of the stream, item). The first failure ends all; closing closes all."""
    if len(streams) == 1:
        async with closing(streams[0]) as only:
            async for event in only:
                yield 0, event
        return
    queue: asyncio.Queue[tuple[int, T] | BaseException | None] = asyncio.Queue()
    tasks = [asyncio.create_task(_pump(index, stream, queue)) for index, stream in enumerate(streams)]
    try:
        running = len(tasks)
        while running:
            item = await queue.get()
            if item is None:
                running -= 1
            elif isinstance(item, BaseException):
                raise item
            else:
                yield item
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def _pump(
    index: int, stream: AsyncIterator[T], queue: asyncio.Queue[tuple[int, T] | BaseException | None]
) -> None:
    try:
        async for item in stream:
            queue.put_nowait((index, item))
        queue.put_nowait(None)
    except Exception as error:  # a border: the consumer raises it in its own task
        queue.put_nowait(error)
    finally:
        await close_stream(stream)
