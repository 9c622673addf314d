"""Blocking work off the loop that is never left behind. Must not know what the work is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def in_thread(call: Callable[[], T], *, stop: Callable[[], None] | None = None) -> T:
    """Await `call` in a worker thread; when cancelled, ask it to `stop` and wait until it has ended.

    Unlike `asyncio.to_thread`, nothing still writes to a file after the caller has gone on to close it.
    """
    running = asyncio.get_running_loop().run_in_executor(None, call)
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        if stop is not None:
            stop()
        await asyncio.wait([running])
        if not running.cancelled():
            running.exception()
        raise
