"""Async iterators that are closed for certain: leaving one early must end the work behind it. Nothing else here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

T = TypeVar("T")


async def close_stream(stream: AsyncIterator[T]) -> None:
    """Close an async iterator, if it is of the kind that can be closed."""
    close = getattr(stream, "aclose", None)
    if close is not None:
        await close()


@asynccontextmanager
async def closing(stream: AsyncIterator[T]) -> AsyncIterator[AsyncIterator[T]]:
    """Hand out `stream` and close it at the end of the block, however the block ends."""
    try:
        yield stream
    finally:
        await close_stream(stream)


class Prefetched(AsyncIterator[T]):
    """Reads a stream ahead in a task of its own, so that its work begins before anybody waits for it.

    Raises what the stream raised, where it raised it. `aclose` closes the stream.
    """

    def __init__(self, stream: AsyncIterator[T]) -> None:
        self._queue: asyncio.Queue[T | BaseException | None] = asyncio.Queue()
        self._task = asyncio.create_task(self._pump(stream), name="read ahead")
        self._ended = False

    async def __anext__(self) -> T:
        item = None if self._ended else await self._queue.get()
        if item is None:
            self._ended = True
            raise StopAsyncIteration
        if isinstance(item, BaseException):
            self._ended = True
            raise item
        return item

    async def take(self) -> list[T]:
        """Wait for an item and return it with all others that are there; empty at the end."""
        try:
            items = [await anext(self)]
        except StopAsyncIteration:
            return []
        while not self._queue.empty():
            item = self._queue.get_nowait()
            if item is None or isinstance(item, BaseException):
                self._queue.put_nowait(item)  # for the next call; nothing comes behind it
                break
            items.append(item)
        return items

    async def __aenter__(self) -> Prefetched[T]:
        """Hand out the stream."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close it."""
        await self.aclose()

    async def aclose(self) -> None:
        """End the reading and close the stream."""
        self._ended = True
        self._task.cancel()
        await asyncio.wait([self._task])

    async def _pump(self, stream: AsyncIterator[T]) -> None:
        try:
            async for item in stream:
                self._queue.put_nowait(item)
            self._queue.put_nowait(None)
        except asyncio.CancelledError:
            raise
        except Exception as error:  # a border: whoever reads raises it in a task of its own
            self._queue.put_nowait(error)
        finally:
            await close_stream(stream)
