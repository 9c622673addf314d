"""Banks as files: written out whole, and brought in under a new id. Knows nothing of what stands in them."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import msgspec

from app.engine.domain.errors import Conflict, InvalidRequest, PaddockError
from app.engine.domain.memory import Bank, BankStats
from app.engine.memory.banks import Banks, OpenBank
from app.engine.memory.upkeep import Upkeep
from app.engine.runtime.files import from_os
from app.engine.runtime.tracing import span
from app.engine.storage import bank_archive


class Transfer:
    """Lives in the engine loop."""

    def __init__(self, banks: Banks, upkeep: Upkeep) -> None:
        self._banks = banks
        self._upkeep = upkeep

    async def export(self, opened: OpenBank, path: Path) -> int:
        """Write a bank to a file that does not exist yet; returns its bytes."""
        if await asyncio.to_thread(path.exists):
            raise Conflict(f"{path} is there already.", hint="Choose another name.", param="path")
        partial = path.with_name(f".{path.name}.part")
        bank = msgspec.structs.replace(opened.bank, session_id=None, location="", problem="", progress=None)
        with span("memory.export", bank=opened.bank.id):
            try:
                await asyncio.to_thread(partial.unlink, True)
                await bank_archive.export(opened.database, bank, opened.content_path(""), partial)
                return await asyncio.to_thread(_put_in_place, partial, path)
            except OSError as error:
                raise from_os(error, path) from error
            finally:
                await asyncio.to_thread(partial.unlink, True)

    async def bring_in(self, path: Path, name: str) -> OpenBank:
        """Add a bank from a file; raises InvalidRequest, and leaves nothing behind then."""
        with span("memory.import"):
            described = await asyncio.to_thread(bank_archive.read_cover, path)
            opened = await self._banks.open((await self._banks.add(self._fresh(described, name))).id)
            try:
                contents = opened.content_path("")
                await bank_archive.read_into(opened.database, opened.bank, contents, path)
                await self._upkeep.check(opened)
            except PaddockError:
                await self._banks.remove(opened.bank.id)
                raise
        stats = msgspec.structs.replace(await opened.documents.stats(), size_bytes=await opened.size())
        await self._banks.change(opened.bank.id, stats=stats)
        return opened

    def _fresh(self, described: Bank, name: str) -> Bank:
        if described.type not in ("vector", "keyword", "keyvalue", "graph"):
            raise InvalidRequest("The file holds a bank of an unknown kind.", hint="Update Paddock.", param="path")
        taken = {bank.name for bank in self._banks.all()}
        wanted = name.strip() or described.name
        number = 2
        unique = wanted
        while unique in taken:
            unique = f"{wanted} ({number})"
            number += 1
        return msgspec.structs.replace(
            described, id="", name=unique, session_id=None, location="", paused=False, reembedding="",
            stats=BankStats(), created_at=time.time(),
        )  # fmt: skip


def _put_in_place(partial: Path, path: Path) -> int:
    size = partial.stat().st_size
    partial.rename(path)
    return size
