"""Cancelled work in a thread is stopped and waited for."""

from __future__ import annotations

import asyncio
import threading

import pytest

from app.engine.runtime.threads import in_thread


async def test_results_and_errors_come_back() -> None:
    assert await in_thread(lambda: 42) == 42
    with pytest.raises(ZeroDivisionError):
        await in_thread(lambda: 1 // 0)


async def test_a_cancelled_call_has_ended_before_the_caller_goes_on() -> None:
    begun, stop, ended = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        stop.wait(10)
        ended.set()

    task = asyncio.create_task(in_thread(work, stop=stop.set))
    await asyncio.to_thread(begun.wait, 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended.is_set()


async def test_an_error_after_cancelling_is_swallowed() -> None:
    begun, stop = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        stop.wait(10)
        raise ValueError("late")

    task = asyncio.create_task(in_thread(work, stop=stop.set))
    await asyncio.to_thread(begun.wait, 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
