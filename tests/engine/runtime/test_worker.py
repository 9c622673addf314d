"""A worker from the engine's side, with a real child: calls, streams, cancelling, deaths, and starting again."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.engine.domain.errors import BugError, Busy, WorkerDied
from app.engine.runtime.worker import Worker
from tests.fakes.waiting import drain, soon
from tests.fakes.worker import MODULE, Wanted


@pytest.fixture
async def worker() -> AsyncIterator[Worker]:
    made = Worker(MODULE, "llama")
    yield made
    await made.close()


async def test_it_starts_with_the_first_call_and_stays(worker: Worker) -> None:
    assert worker.pid is None and worker.log == ()
    assert await worker.call("echo", "hay", str) == "hay"
    pid = worker.pid
    assert pid is not None
    assert await asyncio.gather(*(worker.call("echo", str(n), str) for n in range(30))) == [str(n) for n in range(30)]
    assert await drain(worker.stream("stream", Wanted(100), int)) == list(range(1, 101))
    assert worker.pid == pid


async def test_errors_of_the_child_are_raised_here(worker: Worker) -> None:
    with pytest.raises(Busy) as busy:
        await worker.call("fail", "busy", None)
    assert busy.value.retry_after == 7
    with pytest.raises(BugError, match="ZeroDivisionError"):
        await drain(worker.stream("fail", "other", int))
    pid = worker.pid
    assert await worker.call("echo", "on", str) == "on"
    assert worker.pid == pid


async def test_coroutines_run_beside_each_other(worker: Worker, tmp_path: Path) -> None:
    paths = [tmp_path / str(number) for number in range(3)]
    calls = [asyncio.create_task(worker.call("hold_async", str(path), str)) for path in paths]
    assert await worker.call("echo", "passes", str) == "passes"
    for path, call in zip(reversed(paths), reversed(calls), strict=True):
        path.touch()
        assert await call == str(path)


async def test_a_cancelled_call_stops_in_the_child(worker: Worker, tmp_path: Path) -> None:
    call = asyncio.create_task(worker.call("hold_async", str(tmp_path / "x"), str))
    await soon((tmp_path / "x.begun").exists)
    call.cancel()
    await asyncio.gather(call, return_exceptions=True)
    await soon((tmp_path / "x.cancelled").exists)
    assert await worker.call("echo", "on", str) == "on"


async def test_a_stream_that_is_left_stops_in_the_child(worker: Worker, tmp_path: Path) -> None:
    told = tmp_path / "told"
    numbers = worker.stream("stream", Wanted(10**7, str(told)), int)
    assert [await anext(numbers) for _ in range(3)] == [1, 2, 3]
    await numbers.aclose()
    await soon(told.exists)
    await soon(told.read_text)
    assert 3 <= int(told.read_text()) < 10**7


async def test_a_slow_reader_holds_its_worker_back(worker: Worker, tmp_path: Path) -> None:
    numbers = worker.stream("stream", Wanted(10**6, str(tmp_path / "told")), int)
    assert await anext(numbers) == 1
    other = asyncio.create_task(worker.call("hold_async", str(tmp_path), str))
    # The child has filled the pipe and waits, so it cannot have come to its end.
    assert [await anext(numbers) for _ in range(20_000)] == list(range(2, 20_002))
    assert not (tmp_path / "told").exists()
    await numbers.aclose()
    assert await other == str(tmp_path)


@pytest.mark.parametrize(("number", "words"), [(signal.SIGKILL, "killed"), (signal.SIGSEGV, "SIGSEGV")])
async def test_a_death_is_told_to_all_and_the_next_call_starts_another(
    worker: Worker, tmp_path: Path, caplog: pytest.LogCaptureFixture, number: signal.Signals, words: str
) -> None:
    waiting = [asyncio.create_task(worker.call("hold_async", str(tmp_path / "x"), str)) for _ in range(3)]
    await worker.call("echo", "up", str)
    pid = worker.pid
    with caplog.at_level(logging.WARNING), pytest.raises(WorkerDied, match=f"llama process ended: .*{words}"):
        await worker.call("die", number, None)
    for call in waiting:
        with pytest.raises(WorkerDied, match=words):
            await call
    assert await worker.call("echo", "again", str) == "again"
    assert worker.pid != pid
    assert "Unknown child process" not in caplog.text


async def test_the_real_exit_status_is_told_every_time(worker: Worker, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(5):
        with pytest.raises(WorkerDied, match=r"ended with status 7 \(error: out of hay\)"):
            await worker.call("leave", 7, None)
    assert worker.log[-2:] == ("a line before the end", "error: out of hay")
    assert "Unknown child process" not in caplog.text


async def test_a_kill_in_a_stream_keeps_what_came_and_is_told(worker: Worker) -> None:
    seen: list[int] = []
    with pytest.raises(WorkerDied, match="killed"):
        await drain(worker.stream("die_within", Wanted(5), int), seen)
    assert seen == list(range(5))[: len(seen)]
    numbers = worker.stream("stream", Wanted(10**7), int)
    await anext(numbers)
    pid = worker.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(WorkerDied, match="killed"):
        await drain(numbers)
    assert await drain(worker.stream("stream", Wanted(2), int)) == [1, 2]


async def test_kill_ends_what_does_not_listen(worker: Worker, tmp_path: Path) -> None:
    call = asyncio.create_task(worker.call("hold", str(tmp_path / "never"), str))
    await worker.call("echo", "up", str)
    worker.kill()
    assert worker.pid is None
    with pytest.raises(WorkerDied):
        await call
    worker.kill()
    assert await worker.call("echo", "again", str) == "again"


async def test_memory_over_the_limit_ends_the_child_and_is_told(tmp_path: Path) -> None:
    worker = Worker(MODULE, "llama", memory_bytes=150 * 1024 * 1024)
    try:
        assert await worker.call("take", 1, int) == 1024 * 1024
        with pytest.raises(WorkerDied, match="more memory than it may have"):
            await asyncio.gather(worker.call("take", 250, int), worker.call("hold_async", str(tmp_path / "x"), str))
        assert await worker.call("echo", "again", str) == "again"
    finally:
        await worker.close()


async def test_a_child_that_speaks_no_protocol_is_ended() -> None:
    worker = Worker(MODULE, "llama", arguments=("garbage",))
    with pytest.raises(WorkerDied, match="killed"):
        await worker.call("echo", "x", str)
    await worker.close()


async def test_a_restart_ends_one_and_the_next_call_starts_another(worker: Worker) -> None:
    await worker.restart()
    await worker.call("echo", "x", str)
    first = worker.pid
    await worker.restart()
    assert worker.pid is None
    await worker.call("echo", "x", str)
    assert worker.pid != first


async def test_closing_ends_calls_and_refuses_more(worker: Worker, tmp_path: Path) -> None:
    call = asyncio.create_task(worker.call("hold", str(tmp_path / "never"), str))
    numbers = worker.stream("stream", Wanted(10**7), int)
    await anext(numbers)  # and nobody reads on
    await worker.close()
    with pytest.raises(WorkerDied, match="ended with status 0"):
        await call
    with pytest.raises(WorkerDied):
        await drain(numbers)
    with pytest.raises(WorkerDied, match="closed"):
        await worker.call("echo", "x", str)
    await worker.close()


async def test_a_deaf_child_is_insisted_on() -> None:
    worker = Worker(MODULE, "llama", arguments=("deaf",), shutdown_seconds=0.05)
    call = asyncio.create_task(worker.call("echo", "x", str))
    await soon(lambda: worker.pid is not None)
    await worker.close()
    with pytest.raises(WorkerDied):
        await call
