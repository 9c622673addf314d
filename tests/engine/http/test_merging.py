"""Streams are joined as their items come, and end together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from app.engine.http.merging import merged


class Source:
    """Counts from 0; `gate` holds it before item `held`; `failure` ends it."""

    def __init__(self, count: int = 3, held: int | None = None, failure: Exception | None = None) -> None:
        self.count, self.held, self.failure = count, held, failure
        self.gate = asyncio.Event()
        self.closed = False

    async def stream(self) -> AsyncIterator[int]:
        try:
            for number in range(self.count):
                if number == self.held:
                    await self.gate.wait()
                yield number
            if self.failure is not None:
                raise self.failure
        finally:
            self.closed = True


async def collect(*sources: Source) -> list[tuple[int, int]]:
    return [item async for item in merged([source.stream() for source in sources])]


async def test_one_stream_passes_as_it_is() -> None:
    assert await collect(Source(3)) == [(0, 0), (0, 1), (0, 2)]


async def test_each_stream_keeps_its_order_and_nothing_is_lost() -> None:
    items = await collect(Source(3), Source(0), Source(5))
    for number, count in ((0, 3), (1, 0), (2, 5)):
        assert [value for index, value in items if index == number] == list(range(count))
    assert len(items) == 8


async def test_a_slow_stream_does_not_hold_a_fast_one() -> None:
    slow, fast = Source(1, held=0), Source(3)
    got = []
    async with aclosing(merged([slow.stream(), fast.stream()])) as items:
        async for index, value in items:
            got.append((index, value))
            if len(got) == 3:
                slow.gate.set()
    assert got == [(1, 0), (1, 1), (1, 2), (0, 0)]


@pytest.mark.parametrize("others", [0, 2])
async def test_the_first_failure_ends_all(others: int) -> None:
    waiting = [Source(3, held=1) for _ in range(others)]
    with pytest.raises(ValueError, match="broke"):
        await collect(Source(1, failure=ValueError("broke")), *waiting)
    assert all(source.closed for source in waiting)


@pytest.mark.parametrize("count", [1, 3])
async def test_closing_closes_all(count: int) -> None:
    sources = [Source(3, held=1) for _ in range(count)]
    async with aclosing(merged([source.stream() for source in sources])) as items:
        await anext(items)
        await asyncio.sleep(0)
    assert all(source.closed for source in sources)
