"""Leaving a stream closes it, however the block ends."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from app.engine.runtime.streams import close_stream, closing


class Source:
    """A stream that remembers being closed."""

    def __init__(self) -> None:
        self.closed = False

    async def run(self) -> AsyncIterator[int]:
        try:
            yield 1
            yield 2
        finally:
            self.closed = True


async def test_leaving_early_closes() -> None:
    source = Source()
    async with closing(source.run()) as items:
        assert await anext(items) == 1
        assert not source.closed
    assert source.closed


async def test_a_failure_in_the_block_closes_and_passes() -> None:
    source = Source()
    with pytest.raises(ZeroDivisionError):
        async with closing(source.run()) as items:
            await anext(items)
            raise ZeroDivisionError
    assert source.closed


async def test_what_cannot_be_closed_is_left_alone() -> None:
    class Bare:
        def __aiter__(self) -> Bare:
            return self

        async def __anext__(self) -> int:
            return 1

    await close_stream(Bare())
