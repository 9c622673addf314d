"""The banks of this data directory: their registry in memory, their databases opened at first use. Reads no document.

Each bank has a folder of its own with its database, its index and the contents that exist nowhere else (pasted text,
fetched pages), so that deleting a bank is deleting a folder.
"""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec

from app.engine.domain.errors import BankNotFound, Conflict
from app.engine.domain.events import BankChanged, BanksChanged, EngineEvent, NoticeRaised
from app.engine.domain.memory import Bank, BankStats
from app.engine.runtime.files import write_atomically
from app.engine.storage.bank_chunks import ChunkStore
from app.engine.storage.bank_documents import DocumentStore
from app.engine.storage.bank_facts import FactStore, is_quiet
from app.engine.storage.bank_tables import MIGRATIONS
from app.engine.storage.banks import BankStore
from app.engine.storage.database import Database
from app.engine.storage.lance.wire import Place

PRAGMAS = ("auto_vacuum=INCREMENTAL", "secure_delete=ON")
FIRST_TABLE = "chunks_1"


async def index_version() -> str:
    """Return the version of LanceDB that writes indexes here; read from the disk once, not for every bank."""
    return await asyncio.to_thread(_lancedb_version)


@cache
def _lancedb_version() -> str:
    return version("lancedb")


class OpenBank:
    """A bank whose database is open. `bank` is its description as it stands."""

    def __init__(self, bank: Bank, folder: Path, database: Database) -> None:
        self.bank = bank
        self.folder = folder
        self.database = database
        self.documents = DocumentStore(database, bank.id)
        self.chunks = ChunkStore(database)
        self.facts = FactStore(database)
        self.table = FIRST_TABLE
        # Who changes the index's rows holds this, so that a rebuild sees all of them or none.
        self.committing = asyncio.Lock()

    @property
    def place(self) -> Place:
        """Where the bank's index is."""
        return self.place_of(self.table, self.bank.embedding_dimension)

    def place_of(self, table: str, dimension: int) -> Place:
        """Return the place of another table of this bank."""
        uri = self.bank.location or str(self.folder / "index")
        name = f"{self.bank.id}_{table}" if self.bank.location else table
        return Place(uri=uri, table=name, dimension=dimension)

    async def keep_content(self, content: bytes) -> Path:
        """Keep bytes that exist nowhere else, by their digest; returns where."""
        folder = self.folder / "contents"
        path = folder / hashlib.sha256(content).hexdigest()

        def write() -> None:
            folder.mkdir(mode=0o700, exist_ok=True)
            if not path.exists():
                write_atomically(path, content)

        await asyncio.to_thread(write)
        return path

    def content_path(self, digest: str) -> Path:
        """Return where kept content is."""
        return self.folder / "contents" / digest

    async def size(self) -> int:
        """Return the bytes the bank takes on disk."""
        return await asyncio.to_thread(folder_size, self.folder)


class Banks:
    """Lives in the engine loop."""

    def __init__(self, store: BankStore, folder: Path, publish: Callable[[EngineEvent], None]) -> None:
        self._store = store
        self._folder = folder
        self._publish = publish
        self._banks: dict[str, Bank] = {}
        self._open: dict[str, OpenBank] = {}
        self._opening = asyncio.Lock()

    async def initialize(self) -> None:
        """Read the registry and finish deletions that were begun."""
        for bank in await self._store.deleting():
            await self._erase(bank.id)
        for bank_id in await self._store.of_deleted_sessions():
            await self._store.mark_deleting(bank_id)
            await self._erase(bank_id)
        self._banks = {bank.id: bank for bank in await self._store.all()}

    async def close(self) -> None:
        """Close all databases; the figures as they stand are what the next start shows first."""
        for opened in self._open.values():
            await opened.database.close()
            if opened.bank.id in self._banks:
                await self._store.put(opened.bank)
        self._open.clear()

    def all(self) -> tuple[Bank, ...]:
        """Return all banks by name, those of chats too."""
        return tuple(sorted(self._banks.values(), key=lambda bank: bank.name.casefold()))

    def get(self, bank_id: str) -> Bank:
        """Return a bank by its id, else by its name; raises BankNotFound."""
        bank = self._banks.get(bank_id) or next((each for each in self.all() if each.name == bank_id), None)
        if bank is None:
            raise BankNotFound(f"There is no memory bank “{bank_id}”.", param="bank_id")
        return bank

    async def add(self, bank: Bank) -> Bank:
        """Make a bank; returns it with its id."""
        now = time.time()
        fresh = msgspec.structs.replace(bank, id=bank.id or new_bank_id(), created_at=now, used_at=now)
        if fresh.id in self._banks:
            raise Conflict(f"There is a memory bank “{fresh.id}” already.", param="bank_id")
        folder = self._folder / fresh.id
        await asyncio.to_thread(folder.mkdir, 0o700, True, True)
        await self._store.put(fresh)
        self._banks[fresh.id] = fresh
        self._publish(BanksChanged((fresh.id,)))
        return fresh

    async def open(self, bank_id: str) -> OpenBank:
        """Return a bank with its database open."""
        bank = self.get(bank_id)
        async with self._opening:
            opened = self._open.get(bank.id)
            if opened is None:
                folder = self._folder / bank.id
                await asyncio.to_thread(folder.mkdir, 0o700, True, True)
                database = Database(folder / "bank.db", MIGRATIONS, pragmas=PRAGMAS)
                await database.open()
                opened = OpenBank(bank, folder, database)
                if database.moved_aside is not None:
                    await self._begin_anew(opened, database.moved_aside)
                opened.table = await opened.facts.get("table", FIRST_TABLE)
                self._open[bank.id] = opened
            return opened

    async def is_quiet(self, bank: Bank) -> bool:
        """Tell whether a bank was left in order and has nothing to do, without opening it."""
        if bank.id in self._open or bank.reembedding:
            return False
        folder = self._folder / bank.id
        has_index = bank.type != "keyvalue" and not bank.location
        index = folder / "index" if has_index else None
        return await asyncio.to_thread(is_quiet, folder / "bank.db", index, await index_version())

    async def _begin_anew(self, opened: OpenBank, kept: Path) -> None:
        """Tell that a bank's database was damaged; the index of what was in it must not answer for what comes."""
        bank = opened.bank
        await asyncio.to_thread(shutil.rmtree, opened.folder / "index", True)
        await opened.facts.set("deleted", "1")
        opened.bank = self._banks[bank.id] = msgspec.structs.replace(bank, stats=BankStats(), fit=None)
        await self._store.put(opened.bank)
        words = (
            f"The database of “{bank.name}” was damaged and is kept as {kept}. Its documents have to be added again."
        )
        self._publish(NoticeRaised(f"bank:{bank.id}", "error", words))

    async def change(self, bank_id: str, *, keep: bool = True, **fields: Any) -> Bank:
        """Change fields of a bank and tell it; `keep` False leaves the registry on disk as it is."""
        bank = self._banks.get(bank_id)
        if bank is None:
            raise BankNotFound(f"There is no memory bank “{bank_id}”.", param="bank_id")
        bank = self._banks[bank_id] = msgspec.structs.replace(bank, **fields)
        if (opened := self._open.get(bank_id)) is not None:
            opened.bank = bank
        if keep:
            await self._store.put(bank)
        self._publish(BankChanged(bank))
        return bank

    async def remove(self, bank_id: str) -> None:
        """Delete a bank's folder and forget it."""
        bank = self.get(bank_id)
        await self._store.mark_deleting(bank.id)
        self._banks.pop(bank.id, None)
        await self._erase(bank.id)
        self._publish(BanksChanged((bank.id,)))

    async def _erase(self, bank_id: str) -> None:
        opened = self._open.pop(bank_id, None)
        if opened is not None:
            await opened.database.close()
        await asyncio.to_thread(shutil.rmtree, self._folder / bank_id, True)
        await self._store.remove(bank_id)


def new_bank_id() -> str:
    """Return a fresh id of a bank."""
    return f"vs_{uuid4().hex[:24]}"


def new_document_id() -> str:
    """Return a fresh id of a document."""
    return f"file-{uuid4().hex[:24]}"


def folder_size(folder: Path) -> int:
    """Return the bytes of all files below a folder, blocking; files that vanish meanwhile count nothing."""
    total = 0
    for path in folder.rglob("*"):
        with suppress(OSError):
            total += path.stat().st_size if path.is_file() else 0
    return total
