"""The index as the engine calls it: one process for all banks, started at first use. Holds no rows.

An index process that dies is started again by the next call; what it had committed is on disk, and what it had not is
committed again by whoever waits for it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from app.engine.runtime.tracing import span
from app.engine.runtime.worker import Worker
from app.engine.storage.lance.wire import (
    Commit,
    Compare,
    Delete,
    Differences,
    Drop,
    Find,
    Found,
    Place,
    Rebuild,
    TableState,
    Tend,
)

MODULE = "app.engine.storage.lance.host"


class IndexClient:
    """Lives in the engine loop. All verbs raise StorageFailed and WorkerDied."""

    def __init__(self, worker: Worker | None = None) -> None:
        # Tidying the index up must leave a core for whoever searches meanwhile.
        threads = str(max(1, (os.cpu_count() or 1) // 2))
        self._worker = worker or Worker(MODULE, "index", environment={"LANCE_CPU_THREADS": threads})

    @property
    def pid(self) -> int | None:
        """The process id, while it runs."""
        return self._worker.pid

    async def commit(self, place: Place, database: Path, documents: Sequence[int], language: str) -> TableState:
        """Put the staged generation of documents into the index, in one step."""
        with span("index.commit", documents=len(documents)):
            wanted = Commit(place=place, database=str(database), documents=tuple(documents), language=language)
            return await self._worker.call("commit", wanted, TableState)

    async def delete(self, place: Place, documents: Sequence[int]) -> None:
        """Take documents out."""
        with span("index.delete", documents=len(documents)):
            await self._worker.call("delete", Delete(place=place, documents=tuple(documents)), None)

    async def tend(self, place: Place, language: str = "") -> TableState:
        """Compact and bring indexes up to date; a language makes the text index anew."""
        with span("index.tend"):
            return await self._worker.call("tend", Tend(place=place, language=language), TableState)

    async def rebuild(self, place: Place, database: Path, language: str) -> TableState:
        """Make a table of all that is live."""
        with span("index.rebuild"):
            wanted = Rebuild(place=place, database=str(database), language=language)
            return await self._worker.call("rebuild", wanted, TableState)

    async def drop(self, place: Place) -> None:
        """Remove a table."""
        with span("index.drop"):
            await self._worker.call("drop", Drop(place=place), None)

    async def compare(self, place: Place, database: Path) -> Differences:
        """Compare the index with the database."""
        with span("index.compare"):
            return await self._worker.call("compare", Compare(place=place, database=str(database)), Differences)

    async def find(self, wanted: Find) -> Found:
        """Search the legs that are asked for."""
        with span("index.find"):
            return await self._worker.call("find", wanted, Found)

    async def close(self) -> None:
        """End the process."""
        await self._worker.close()
