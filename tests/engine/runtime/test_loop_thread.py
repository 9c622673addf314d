"""One loop in a thread of its own: calls and streams from outside, and nothing left at the end."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Iterator

import pytest

from app.engine.runtime.loop_thread import LoopThread


@pytest.fixture
def thread() -> Iterator[LoopThread]:
    made = LoopThread("loop under test")
    made.start()
    yield made
    made.stop()


class Numbers:
    """A stream that remembers being closed."""

    def __init__(self, limit: int, failure: Exception | None = None) -> None:
        self.limit = limit
        self.failure = failure
        self.closed = threading.Event()
        self.thread = ""

    async def run(self) -> AsyncIterator[int]:
        self.thread = threading.current_thread().name
        try:
            for number in range(self.limit):
                yield number
                await asyncio.sleep(0)
            if self.failure is not None:
                raise self.failure
        finally:
            self.closed.set()


def test_calls_run_in_the_loop(thread: LoopThread) -> None:
    async def name() -> str:
        return threading.current_thread().name

    async def fail() -> None:
        raise ZeroDivisionError

    assert thread.submit(name()).result(10) == "loop under test"
    with pytest.raises(ZeroDivisionError):
        thread.submit(fail()).result(10)


def test_a_stream_is_read_from_outside(thread: LoopThread) -> None:
    numbers = Numbers(5)
    assert list(thread.iterate(numbers.run)) == [0, 1, 2, 3, 4]
    assert numbers.thread == "loop under test"
    assert list(thread.iterate(Numbers(0).run)) == []


def test_a_failure_comes_after_what_was_there(thread: LoopThread) -> None:
    seen = []
    stream = thread.iterate(Numbers(2, ZeroDivisionError()).run)
    with contextlib.suppress(ZeroDivisionError):
        for number in stream:
            seen.append(number)
        pytest.fail("the failure was lost")
    assert seen == [0, 1]


def test_leaving_a_stream_early_closes_it(thread: LoopThread) -> None:
    numbers = Numbers(10**9)
    stream = thread.iterate(numbers.run)
    assert next(stream) == 0
    stream.close()  # type: ignore[attr-defined]
    assert numbers.closed.wait(10)


def test_stopping_cancels_what_runs() -> None:
    thread = LoopThread("short life")
    thread.start()
    state: list[str] = []

    async def forever() -> None:
        state.append("begun")
        try:
            await asyncio.Event().wait()
        finally:
            state.append("ended")

    future = thread.submit(forever())
    thread.submit(asyncio.sleep(0)).result(10)
    thread.stop()
    assert state == ["begun", "ended"]
    assert future.cancelled()
    thread.stop()
    assert not [each for each in threading.enumerate() if each.name == "short life"]
