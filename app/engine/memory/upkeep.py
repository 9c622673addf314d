"""Keeps a bank's index in step with its database: checked, rebuilt, rewritten after deletions, moved to another model.

A rebuild goes into a table of a new name, and the bank points to it in one step; until then the old one answers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import msgspec

from app.engine.domain.embeddings import Embedder
from app.engine.domain.errors import PaddockError, StorageFailed, WorkerDied
from app.engine.domain.memory import Mended
from app.engine.memory.banks import Banks, OpenBank
from app.engine.memory.trust import examine
from app.engine.runtime.tracing import span
from app.engine.storage.lance.client import IndexClient

# A text index keeps its language until this share of the text is in another one.
LANGUAGE_SHARE = 0.6
# A bank tests itself again when so much of it is new.
GROWTH = 0.2
# Deletions of banks up to this size are rewritten at once, of larger ones when nothing else is asked for a while.
SMALL_CHUNKS = 20_000
REST_SECONDS = 2.0

OpenEmbedder = Callable[[str], Awaitable[Embedder]]


class Upkeep:
    """Lives in the engine loop."""

    def __init__(self, banks: Banks, index: IndexClient, open_embedder: OpenEmbedder) -> None:
        self._banks = banks
        self._index = index
        self._open_embedder = open_embedder
        self._purging: dict[str, asyncio.Task[int]] = {}
        self._running: dict[asyncio.Task[int], str] = {}

    async def close(self) -> None:
        """Stop what runs; a rewriting that was cut short is done at the next start."""
        for bank_id in set(self._running.values()):
            await self.forget(bank_id)

    async def forget(self, bank_id: str) -> None:
        """Stop rewriting a bank that is being deleted."""
        self._purging.pop(bank_id, None)
        tasks = [task for task, of_bank in self._running.items() if of_bank == bank_id]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    async def check(self, opened: OpenBank) -> Mended:
        """Compare index and database, and mend what disagrees."""
        findings: list[str] = []
        bank = opened.bank
        if bank.type == "keyvalue":
            return Mended(bank_id=bank.id)
        async with opened.committing:
            differences = await self._index.compare(opened.place, opened.database.path)
            wrong = len(differences.missing) + len(differences.surplus)
            if not differences.exists and differences.missing:
                findings.append("The search index was missing and was made anew.")
            elif wrong:
                findings.append(f"The search index disagreed about {wrong} documents and was made anew.")
            if wrong:
                await self._rebuild(opened)
        if await opened.facts.get("deleted") == "1":
            await self.purge(opened)
        version = await opened.facts.get("index_version")
        state = await self._index.tend(opened.place)
        # Text indexes of another version of LanceDB cannot always be added to.
        other = bool(version and state.version and version != state.version)
        if other or not state.whole:
            async with opened.committing:
                await self._rebuild(opened)
            why = "came from another version" if other else "was incomplete"
            findings.append(f"The search index {why} and was made anew.")
        if state.version:
            await opened.facts.set("index_version", state.version)
        return Mended(bank_id=bank.id, findings=tuple(findings))

    async def settle(self, opened: OpenBank) -> None:
        """After documents came in: bring the index up to date, find the language, let the bank test itself."""
        await opened.chunks.drop_unused()
        language = await self._main_language(opened)
        changed = bool(language) and language != opened.bank.language
        async with opened.committing:
            state = await self._index.tend(opened.place, language if changed else "")
        if state.version:
            await opened.facts.set("index_version", state.version)
        fit = opened.bank.fit
        if opened.bank.embedding_model and await self._has_grown(opened, changed):
            # Without the self-test a search works as well; it only does not know what to trust.
            with suppress(PaddockError):
                embedder = await self._open_embedder(opened.bank.embedding_model)
                fit = await examine(opened, embedder, self._index, language)
        await self._banks.change(opened.bank.id, language=language or opened.bank.language, fit=fit)

    async def _has_grown(self, opened: OpenBank, changed: bool) -> bool:
        """Tell whether a bank has grown enough since its last self-test to be tested again."""
        chunks = (await opened.documents.stats()).chunks
        if not changed and opened.bank.fit is not None:
            tested = int(await opened.facts.get("tested_chunks", "0"))
            if tested and abs(chunks - tested) < GROWTH * tested:
                return False
        await opened.facts.set("tested_chunks", str(chunks))
        return True

    async def _main_language(self, opened: OpenBank) -> str:
        languages = await opened.documents.languages()
        total = sum(languages.values())
        if not total:
            return ""
        best = max(languages, key=lambda each: languages[each])
        known = languages.get(opened.bank.language, 0)
        if best and (languages[best] >= LANGUAGE_SHARE * total or languages[best] > known):
            return best
        return opened.bank.language

    def purge_later(self, opened: OpenBank) -> asyncio.Task[int]:
        """Rewrite the bank soon, so that nothing deleted stays on disk; deletions that come together share one."""
        task = self._purging.get(opened.bank.id)
        if task is None or task.done():
            small = opened.bank.stats.chunks <= SMALL_CHUNKS
            task = asyncio.create_task(self._purge_after(opened, 0.05 if small else REST_SECONDS), name="purge")
            task.add_done_callback(self._ended)
            self._running[task] = opened.bank.id
            self._purging[opened.bank.id] = task
        return task

    async def _purge_after(self, opened: OpenBank, seconds: float) -> int:
        await asyncio.sleep(seconds)
        # What is deleted from now on needs another rewriting.
        self._purging.pop(opened.bank.id, None)
        return await self.purge(opened)

    def _ended(self, task: asyncio.Task[int]) -> None:
        """Take note of a failure nobody waited for: the bank is rewritten at the next check."""
        self._running.pop(task, None)
        if not task.cancelled():
            task.exception()

    async def purge(self, opened: OpenBank) -> int:
        """Rewrite index and database without what was deleted; returns the bytes that came free."""
        with span("memory.purge", bank=opened.bank.id):
            before = await opened.size()
            async with opened.committing:
                await self._rebuild(opened)
                await opened.facts.set("deleted", "0")
            await opened.database.shrink()
            after = await opened.size()
        stats = msgspec.structs.replace(await opened.documents.stats(), size_bytes=after)
        with suppress(PaddockError):
            await self._banks.change(opened.bank.id, stats=stats)
        return max(0, before - after)

    async def _rebuild(self, opened: OpenBank) -> None:
        """Make a fresh table of all that is live and point the bank to it; `committing` is held."""
        await self.swap(opened, opened.bank.embedding_dimension)

    async def swap(self, opened: OpenBank, dimension: int, **fields: Any) -> None:
        """Fill the next table, point the bank to it and change its fields in one step, and drop the table before."""
        old = opened.place
        head, _, number = opened.table.rpartition("_")
        table = f"{head}_{int(number) + 1}"
        place = opened.place_of(table, dimension)
        await self._index.rebuild(place, opened.database.path, opened.bank.language)
        await opened.facts.set("table", table)
        opened.table = table
        if fields:
            # A search in between would look into the new table with a vector of the old model.
            await self._banks.change(opened.bank.id, **fields)
        with suppress(StorageFailed, WorkerDied):
            await self._index.drop(old)
