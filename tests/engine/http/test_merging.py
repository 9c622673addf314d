"""Streams side by side: nothing lost, the first failure ends all, closing closes all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from app.engine.http.merging import merged
from app.engine.runtime.streams import closing
from tests.fakes.waiting import drain, soon


class Source:
    """A stream that remembers being closed."""

    def __init__(self, *items: object) -> None:
        self.items = items
        self.closed = False

    async def run(self) -> AsyncIterator[object]:
        try:
            for item in self.items:
                if isinstance(item, asyncio.Event):
                    await item.wait()
                elif isinstance(item, Exception):
                    raise item
                else:
                    yield item
        finally:
            self.closed = True


@pytest.mark.parametrize("count", [1, 2, 5])
async def test_each_stream_keeps_its_number_and_order(count: int) -> None:
    sources = [Source(*(f"{number}{letter}" for letter in "abc")) for number in range(count)]
    items = await drain(merged([source.run() for source in sources]))
    for number in range(count):
        assert [item for index, item in items if index == number] == [f"{number}{letter}" for letter in "abc"]
    assert all(source.closed for source in sources)


async def test_a_slow_stream_does_not_hold_up_the_others() -> None:
    gate = asyncio.Event()
    async with closing(merged([Source(gate, "slow").run(), Source("a", "b").run()])) as items:
        assert [await anext(items), await anext(items)] == [(1, "a"), (1, "b")]
        gate.set()
        assert await anext(items) == (0, "slow")


@pytest.mark.parametrize("count", [1, 3])
async def test_a_failure_ends_all(count: int) -> None:
    others = [Source("x", asyncio.Event()) for _ in range(count - 1)]
    with pytest.raises(ZeroDivisionError):
        await drain(merged([Source("a", ZeroDivisionError()).run(), *(other.run() for other in others)]))
    await soon(lambda: all(other.closed for other in others))


@pytest.mark.parametrize("count", [1, 3])
async def test_closing_closes_all(count: int) -> None:
    sources = [Source("a", asyncio.Event()) for _ in range(count)]
    async with closing(merged([source.run() for source in sources])) as items:
        await anext(items)
    assert all(source.closed for source in sources)
