"""Async iterators that are closed for certain: leaving one early must end the work behind it. Nothing else here."""

from __future__ import annotations

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
