"""Work that runs too long is interrupted, in time and never later than its end."""

from __future__ import annotations

import threading
import time

import pytest

from app.engine.inference.prompts.limits import TimeIsUp, run_limited


def test_results_and_errors_pass() -> None:
    assert run_limited(lambda: 42, 5) == 42
    with pytest.raises(ZeroDivisionError):
        run_limited(lambda: 1 // 0, 5)


def test_an_endless_loop_ends() -> None:
    def forever() -> None:
        while True:
            pass

    with pytest.raises(TimeIsUp):
        run_limited(forever, 0.05)


def test_a_loop_that_swallows_exceptions_ends_too() -> None:
    def stubborn() -> None:
        while True:
            try:
                while True:
                    pass
            except Exception:  # noqa: BLE001
                continue

    with pytest.raises(TimeIsUp):
        run_limited(stubborn, 0.05)


def test_an_interrupt_never_arrives_after_the_call() -> None:
    """Ends as close to the limit as can be, many times: whatever happens must happen inside."""
    limit = 0.002
    for step in range(200):
        until = time.perf_counter() + limit + (step - 100) * 1e-5

        def work(until: float = until) -> None:
            while time.perf_counter() < until:
                pass

        try:
            run_limited(work, limit)
        except TimeIsUp:
            continue
        for _ in range(200):
            pass


def test_it_works_in_any_thread_and_leaves_none_behind() -> None:
    found: list[str] = []

    def outside() -> None:
        try:
            run_limited(lambda: [None for _ in iter(int, 1)], 0.05)
        except TimeIsUp:
            found.append("ended")

    thread = threading.Thread(target=outside)
    thread.start()
    thread.join(10)
    assert found == ["ended"]
