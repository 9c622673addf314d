"""Reads documents in child processes: the engine's side. Must not import a document library.

A child reads many documents, one at a time. One that hangs, grows or crashes is ended and takes nothing with it but the
document it was at; the next document gets a new child. Time counts while the child works, not while the reader of its
events lets it wait.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator

from app.engine.domain.errors import DocumentUnreadable, WorkerDied
from app.engine.domain.parsing import ParseEvent, ParseLimits, ParseRequest
from app.engine.memory.parsing.refusals import unreadable
from app.engine.memory.parsing.wire import Refused, Timed
from app.engine.runtime.worker import Worker

MODULE = "app.engine.memory.parsing.host"

_START_SECONDS = 60.0
# How much longer than its limit a silent child is waited for: it ends itself where it can, and that reads better.
_GRACE_SECONDS = 1.0
_REST_SECONDS = 0.5
_DOCUMENTS = 200


class ChildParser:
    """Reads documents in up to `children` processes, each started when it is needed first.

    A child is replaced after `documents` documents, and when one has left it larger than half of what it may use.
    """

    def __init__(self, *, children: int = 1, documents: int = _DOCUMENTS, module: str = MODULE) -> None:
        self._children = [_Child(module, documents) for _ in range(children)]
        self._free: asyncio.LifoQueue[_Child] = asyncio.LifoQueue()
        for child in self._children:
            self._free.put_nowait(child)

    async def parse(self, request: ParseRequest) -> AsyncIterator[ParseEvent]:
        """Read a document; raises DocumentUnreadable with the reason in words. Leaving early stops the reading."""
        child = await self._free.get()
        try:
            async with contextlib.aclosing(child.read(request)) as events:
                async for event in events:
                    yield event
        finally:
            self._free.put_nowait(child)

    async def close(self) -> None:
        """End the children."""
        await asyncio.gather(*(child.close() for child in self._children))


class _Child:
    """One child process and what is known of its state."""

    def __init__(self, module: str, documents: int) -> None:
        self._module = module
        self._most_documents = documents
        self._worker: Worker | None = None
        self._memory_bytes = 0
        self._documents = 0
        self._closed = False

    async def read(self, request: ParseRequest) -> AsyncGenerator[ParseEvent, None]:
        worker = await self._ready(request.limits)
        used, ended, memory_bytes = 0.0, False, 0
        refused: Refused | None = None
        items: AsyncIterator[Timed] = worker.stream("parse", request, Timed)
        try:
            while True:
                async with asyncio.timeout(max(0.0, request.limits.seconds - used) + _GRACE_SECONDS):
                    item = await anext(items, None)
                if item is None:
                    ended = True
                    break
                used, memory_bytes = item.seconds, item.memory_bytes
                if isinstance(item.event, Refused):
                    refused = item.event
                else:
                    yield item.event
            if refused is not None:
                raise DocumentUnreadable(refused.message, hint=refused.hint, code=refused.code)
        except TimeoutError:
            worker.kill()
            raise unreadable("document_too_slow", f"the limit is {request.limits.seconds:.0f} s") from None
        except WorkerDied as error:
            if self._closed:
                raise
            raise _died(error) from error
        finally:
            await self._settle(worker, items, ended=ended)
            if self._documents >= self._most_documents or memory_bytes > self._memory_bytes // 2:
                await worker.restart()
                self._documents = 0

    async def close(self) -> None:
        self._closed = True
        if self._worker is not None:
            await self._worker.close()

    async def _ready(self, limits: ParseLimits) -> Worker:
        """Return a worker of the limits' memory that answers; raises WorkerDied when none starts."""
        if self._worker is not None and self._memory_bytes != limits.memory_bytes and not self._closed:
            worker, self._worker = self._worker, None
            await worker.close()
        if self._worker is None:
            self._memory_bytes = limits.memory_bytes
            self._worker = Worker(
                self._module,
                "document parser",
                arguments=(str(limits.memory_bytes),),
                memory_bytes=limits.memory_bytes,
            )
        worker = self._worker
        if worker.pid is None:
            self._documents = 0
            try:
                await asyncio.wait_for(worker.call("rest", None, None), _START_SECONDS)
            except TimeoutError:
                worker.kill()
                raise WorkerDied("The process that reads documents did not start.") from None
        self._documents += 1
        return worker

    async def _settle(self, worker: Worker, items: AsyncIterator[Timed], *, ended: bool) -> None:
        """Make sure that the child is idle or ending: it may not hear that nobody listens any more."""
        settled = False
        try:
            await items.aclose()  # type: ignore[attr-defined]
            if not ended and worker.pid is not None:
                await asyncio.wait_for(worker.call("rest", None, None), _REST_SECONDS)
            settled = True
        except (TimeoutError, WorkerDied):
            pass
        finally:
            if not settled:
                worker.kill()


def _died(error: WorkerDied) -> DocumentUnreadable:
    if "memory" in error.message:
        return unreadable("document_too_large_in_memory")
    return unreadable("document_crashed_parser")
