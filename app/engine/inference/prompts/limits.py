"""Runs untrusted Python-level work (chat templates) with a time limit. Must not be used for native calls."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class TimeIsUp(BaseException):
    """Raised inside the limited function; derives from BaseException so that nothing there swallows it."""


def run_limited(function: Callable[[], T], seconds: float) -> T:
    """Call `function` in this thread; raises TimeIsUp when it runs longer than `seconds`."""
    lock = threading.Lock()
    state = {"done": False, "fired": False}
    thread = ctypes.c_ulong(threading.get_ident())

    def interrupt() -> None:
        with lock:
            if not state["done"]:
                state["fired"] = True
                ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(TimeIsUp))

    timer = threading.Timer(seconds, interrupt)
    timer.daemon = True
    timer.start()
    try:
        try:
            result = function()
        finally:
            with lock:
                state["done"] = True
        if state["fired"]:
            _let_interrupt_arrive()
        return result
    finally:
        timer.cancel()


def _let_interrupt_arrive() -> None:
    """An interrupt sent in the last moment is delivered at some next bytecode: give it one here."""
    for _ in range(10_000):
        pass
    raise TimeIsUp
