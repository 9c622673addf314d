"""Keyvalue banks: values by key, in order of their keys. No documents, no search."""

from __future__ import annotations

import time

import msgspec

from app.engine.domain.errors import InvalidRequest
from app.engine.domain.memory import BankStats, Entry
from app.engine.memory.banks import Banks, OpenBank
from app.engine.storage.bank_entries import EntryStore

LONGEST_KEY = 1024


class Entries:
    """Lives in the engine loop."""

    def __init__(self, banks: Banks) -> None:
        self._banks = banks

    async def put(self, opened: OpenBank, entries: tuple[Entry, ...]) -> None:
        """Set values; raises InvalidRequest for keys that cannot be."""
        for entry in entries:
            if not entry.key or len(entry.key) > LONGEST_KEY:
                raise InvalidRequest(f"A key has 1 to {LONGEST_KEY} characters.", param="key")
        now = time.time()
        await self._store(opened).put([msgspec.structs.replace(entry, updated_at=now) for entry in entries])
        await self._count(opened)

    async def list(self, opened: OpenBank, prefix: str, limit: int) -> tuple[Entry, ...]:
        """Return values whose keys begin with `prefix`."""
        return await self._store(opened).list(prefix, limit)

    async def remove(self, opened: OpenBank, keys: tuple[str, ...]) -> int:
        """Remove values; returns how many there were."""
        removed = await self._store(opened).remove(keys)
        await opened.database.shrink()
        await self._count(opened)
        return removed

    async def _count(self, opened: OpenBank) -> None:
        count = await self._store(opened).count()
        stats = BankStats(documents=count, ready=count, size_bytes=await opened.size())
        await self._banks.change(opened.bank.id, stats=stats)

    def _store(self, opened: OpenBank) -> EntryStore:
        if opened.bank.type != "keyvalue":
            raise InvalidRequest(f"“{opened.bank.name}” holds documents, not keys and values.", param="bank_id")
        return EntryStore(opened.database)
