"""Waiting for conditions, and reading streams to their end. Never waits for time alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

T = TypeVar("T")


async def soon(condition: Callable[[], object], seconds: float = 20) -> None:
    """Let the loop run until the condition holds; raises TimeoutError when it never does."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.001)


async def drain(stream: AsyncIterator[T], into: list[T] | None = None) -> list[T]:
    """Read a stream to its end; what came before a failure is in `into`."""
    items = [] if into is None else into
    async for item in stream:
        items.append(item)
    return items
