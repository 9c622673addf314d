"""A thread that owns one asyncio loop, and the ways into it from other threads. Must not know what runs in it."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import Future
from typing import Any, TypeVar

from app.engine.runtime.streams import closing

T = TypeVar("T")


class LoopThread:
    """Started once, stopped once. `submit` and `iterate` may be called from any other thread."""

    def __init__(self, name: str) -> None:
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self.loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Start the thread and wait for its loop."""
        self._thread.start()
        self._ready.wait()

    def submit(self, coroutine: Coroutine[Any, Any, T]) -> Future[T]:
        """Run a coroutine in the loop."""
        assert self.loop is not None
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop)

    def iterate(self, start: Callable[[], AsyncIterator[T]]) -> Iterator[T]:
        """Yield the items of an async iterator in this thread; leaving early closes it."""
        items: queue.SimpleQueue[T | _End] = queue.SimpleQueue()

        async def pump() -> None:
            try:
                async with closing(start()) as stream:
                    async for item in stream:
                        items.put(item)
            finally:
                items.put(_End())

        future = self.submit(pump())
        try:
            while not isinstance(item := items.get(), _End):
                yield item
            future.result()
        finally:
            if not future.done():
                future.cancel()
                while not isinstance(items.get(), _End):
                    pass

    def stop(self) -> None:
        """Cancel what still runs, close the loop and join the thread."""
        if self.loop is not None and self._thread.is_alive():
            self.loop.call_soon_threadsafe(self.loop.stop)
            self._thread.join()

    def _run(self) -> None:
        loop = self.loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        loop.call_soon(self._ready.set)
        try:
            loop.run_forever()
            pending = asyncio.all_tasks(loop)
            for task in pending:
                task.cancel()
            loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.run_until_complete(loop.shutdown_default_executor())
        finally:
            asyncio.set_event_loop(None)
            loop.close()


class _End:
    """Marks the end of an iteration."""
