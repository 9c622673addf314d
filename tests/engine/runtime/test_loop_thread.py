"""The engine's thread: work goes in, items come out, and leaving early closes what was begun."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator

import pytest

from app.engine.runtime.loop_thread import LoopThread


@pytest.fixture
def thread() -> Iterator[LoopThread]:
    thread = LoopThread("test engine")
    thread.start()
    yield thread
    thread.stop()


def test_work_runs_in_the_thread(thread: LoopThread) -> None:
    async def where() -> str:
        return threading.current_thread().name

    assert thread.submit(where()).result() == "test engine"


def test_items_come_out_in_order_and_errors_too(thread: LoopThread) -> None:
    async def numbers() -> AsyncIterator[int]:
        for number in range(3):
            yield number
        raise KeyError("end")

    got: list[int] = []
    with pytest.raises(KeyError):
        got.extend(thread.iterate(numbers))
    items = thread.iterate(numbers)
    assert [next(items), next(items)] == [0, 1]
    items.close()  # type: ignore[attr-defined]


def test_leaving_early_closes_the_stream(thread: LoopThread) -> None:
    closed = threading.Event()

    async def endless() -> AsyncIterator[int]:
        try:
            while True:
                yield 1
                await asyncio.sleep(0)
        finally:
            closed.set()

    items = thread.iterate(endless)
    assert next(items) == 1
    items.close()  # type: ignore[attr-defined]
    assert closed.wait(5)


def test_stopping_cancels_what_still_runs() -> None:
    thread = LoopThread("short engine")
    thread.start()
    cancelled = threading.Event()

    async def sleep() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    future = thread.submit(sleep())
    thread.submit(asyncio.sleep(0)).result()
    thread.stop()
    assert cancelled.is_set()
    assert future.cancelled()
    thread.stop()
