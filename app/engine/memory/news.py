"""Tells what moves on in banks: a few times a second at most, however fast documents go by. Decides nothing.

The figures of a bank are counted along and read from its database only at the borders of work.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence

import msgspec

from app.engine.domain.events import DocumentsChanged, EngineEvent
from app.engine.domain.memory import Document, IngestProgress
from app.engine.memory.banks import Banks, OpenBank
from app.engine.storage.bank_chunks import PendingChunk

INTERVAL_SECONDS = 0.25
# A speed is the mean of about this many seconds.
SPEED_SECONDS = 20.0


class _Figures:
    """What is counted of a bank while it is worked on."""

    def __init__(self) -> None:
        self.done = 0
        self.pending = 0
        self.began = time.monotonic()
        self.speed = 0.0
        self.moved_at = self.began
        self.documents: set[int] = set()
        self.current = ""
        self.flush: asyncio.Task[None] | None = None

    def embedded(self, count: int) -> None:
        now = time.monotonic()
        passed = max(now - self.moved_at, 1e-6)
        share = min(1.0, passed / SPEED_SECONDS) if self.done else 1.0
        self.speed += share * (count / passed - self.speed)
        self.moved_at = now
        self.done += count


class News:
    """Lives in the engine loop."""

    def __init__(self, banks: Banks, publish: Callable[[EngineEvent], None]) -> None:
        self._banks = banks
        self._publish = publish
        self._figures: dict[str, _Figures] = {}

    async def close(self) -> None:
        """Stop telling."""
        tasks = [figures.flush for figures in self._figures.values() if figures.flush is not None]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def forget(self, bank_id: str) -> None:
        """Tell nothing more of a bank."""
        figures = self._figures.pop(bank_id, None)
        if figures is not None and figures.flush is not None:
            figures.flush.cancel()
            await asyncio.wait([figures.flush])

    def working(self, bank_id: str) -> bool:
        """Tell whether a bank has documents that are not ready."""
        return any(bank.id == bank_id and bank.stats.working for bank in self._banks.all())

    async def count(self, opened: OpenBank, pending: int) -> None:
        """Read the figures of a bank anew."""
        self._of(opened).pending = pending
        await self.flush(opened)

    async def document(self, opened: OpenBank, document: Document) -> None:
        """Tell that a document begins to be read."""
        figures = self._of(opened)
        figures.current = document.name
        self._publish(DocumentsChanged(opened.bank.id, (document,)))

    async def number(self, opened: OpenBank, number: int, pending: int = 0) -> None:
        """Note that a document has changed, and how many chunks it added."""
        figures = self._of(opened)
        figures.pending += pending
        figures.documents.add(number)
        self._flush_soon(opened, figures)

    async def embedded(self, opened: OpenBank, chunks: Sequence[PendingChunk], pending: int) -> None:
        """Note that chunks have their vectors."""
        figures = self._of(opened)
        figures.embedded(len(chunks))
        figures.pending = pending
        figures.documents.update(chunk.document for chunk in chunks)
        self._flush_soon(opened, figures)

    async def committed(self, opened: OpenBank, numbers: Sequence[int]) -> None:
        """Tell at once that documents can be searched."""
        figures = self._of(opened)
        figures.documents.update(numbers)
        await self.flush(opened)

    async def settled(self, opened: OpenBank) -> None:
        """Tell that a bank's work is done; its figures begin anew."""
        await self.flush(opened)
        figures = self._figures.pop(opened.bank.id, None)
        if figures is not None and figures.flush is not None:
            figures.flush.cancel()
        stats = await opened.documents.stats()
        size = await opened.size()
        await self._banks.change(
            opened.bank.id, stats=msgspec.structs.replace(stats, size_bytes=size), progress=None, used_at=time.time()
        )

    async def flush(self, opened: OpenBank) -> None:
        """Tell what has changed since the last time."""
        bank_id = opened.bank.id
        figures = self._of(opened)
        numbers, figures.documents = figures.documents, set()
        if numbers:
            documents = await opened.documents.many(numbers)
            self._publish(DocumentsChanged(bank_id, tuple(documents.values())))
        stats = await opened.documents.stats()
        known = opened.bank.stats.size_bytes
        changed = msgspec.structs.replace(stats, size_bytes=known)
        if any(bank.id == bank_id for bank in self._banks.all()):
            progress = await self._progress(opened, figures) if stats.working else None
            await self._banks.change(bank_id, keep=False, stats=changed, progress=progress)

    async def _progress(self, opened: OpenBank, figures: _Figures) -> IngestProgress:
        waiting, ready = await opened.documents.waiting_bytes()
        known = figures.done + figures.pending
        # Documents that wait hold about as many chunks for their size as those that were read.
        per_byte = opened.bank.stats.chunks / ready if ready else 0.0
        total = known + int(waiting * per_byte)
        left = total - figures.done
        eta = left / figures.speed if figures.speed > 0 and left else None
        return IngestProgress(done=figures.done, total=total, speed=figures.speed, eta=eta, current=figures.current)

    def _of(self, opened: OpenBank) -> _Figures:
        return self._figures.setdefault(opened.bank.id, _Figures())

    def _flush_soon(self, opened: OpenBank, figures: _Figures) -> None:
        if figures.flush is None or figures.flush.done():
            figures.flush = asyncio.create_task(self._flush_later(opened), name="memory news")

    async def _flush_later(self, opened: OpenBank) -> None:
        await asyncio.sleep(INTERVAL_SECONDS)
        await self.flush(opened)
