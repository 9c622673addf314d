"""A stream that is left early is closed."""

from __future__ import annotations

from collections.abc import AsyncIterator

from app.engine.runtime.streams import close_stream, closing


async def test_leaving_early_closes() -> None:
    closed: list[bool] = []

    async def numbers() -> AsyncIterator[int]:
        try:
            for number in range(10):
                yield number
        finally:
            closed.append(True)

    async with closing(numbers()) as stream:
        assert await anext(stream) == 0
    assert closed == [True]


async def test_what_cannot_be_closed_is_left_alone() -> None:
    class Plain:
        def __aiter__(self) -> Plain:
            return self

        async def __anext__(self) -> int:
            raise StopAsyncIteration

    await close_stream(Plain())
