"""Follows folders: the system's notices say when to look, a look at the files says what changed. Reads no content.

A folder that is gone as a whole (a disk taken away, a share that is not mounted) is a problem to tell, not a reason to
remove its documents.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import uuid4

import msgspec

from app.engine.domain.errors import Conflict, InvalidRequest, NotFound, PaddockError
from app.engine.domain.memory import Added, WatchedFolder
from app.engine.memory.banks import OpenBank
from app.engine.memory.scanning import Scan, vanished

# After a notice, changes are waited for this long: editors write files in several steps.
SETTLE_MILLISECONDS = 1500
# Notices get lost (network shares, too many files): the folder is looked at this often all the same.
SWEEP_SECONDS = 600.0

Remove = Callable[[OpenBank, tuple[str, ...]], Awaitable[None]]
Wake = Callable[[OpenBank, Added], Awaitable[None]]


class Watcher:
    """Lives in the engine loop, with one task a folder."""

    def __init__(
        self,
        wake: Wake,
        remove: Remove,
        *,
        sweep_seconds: float = SWEEP_SECONDS,
        settle_milliseconds: int = SETTLE_MILLISECONDS,
    ) -> None:
        self._wake = wake
        self._remove = remove
        self._sweep_seconds = sweep_seconds
        self._settle_milliseconds = settle_milliseconds
        self._tasks: dict[str, tuple[asyncio.Task[None], asyncio.Event]] = {}

    async def start(self, opened: OpenBank) -> None:
        """Follow the folders a bank remembers."""
        for folder in await opened.facts.folders():
            self._follow(opened, folder)

    async def add(self, opened: OpenBank, path: Path) -> WatchedFolder:
        """Follow a folder from now on; its files are listed at once."""
        if not await asyncio.to_thread(path.is_dir):
            raise InvalidRequest(f"{path} is not a folder.", param="path")
        if any(folder.path == str(path) for folder in await opened.facts.folders()):
            raise Conflict(f"“{opened.bank.name}” follows {path} already.", param="path")
        folder = WatchedFolder(id=f"dir_{uuid4().hex[:16]}", bank_id=opened.bank.id, path=str(path))
        await opened.facts.put_folder(folder)
        _added, folder = await self.look(opened, folder)
        self._follow(opened, folder)
        return folder

    async def remove(self, opened: OpenBank, folder_id: str) -> tuple[str, ...]:
        """Stop following a folder; returns the ids of its documents."""
        if all(folder.id != folder_id for folder in await opened.facts.folders()):
            raise NotFound("That folder is not followed.", param="folder_id")
        await self._stop(folder_id)
        documents = await opened.documents.of_folder(folder_id)
        await opened.facts.remove_folder(folder_id)
        return tuple(documents.values())

    async def forget(self, opened: OpenBank) -> None:
        """Stop following all folders of a bank."""
        for folder in await opened.facts.folders():
            await self._stop(folder.id)

    async def close(self) -> None:
        """Stop following."""
        for folder_id in list(self._tasks):
            await self._stop(folder_id)

    async def look(self, opened: OpenBank, folder: WatchedFolder) -> tuple[Added, WatchedFolder]:
        """Bring the bank in line with a folder now."""
        root = Path(folder.path)
        problem = "" if await asyncio.to_thread(root.is_dir) else "The folder is not there; its documents are kept."
        added = Added()
        if not problem:
            scan = Scan(opened, folder_id=folder.id)
            added = await scan.add((root,))
            documents = await opened.documents.of_folder(folder.id)
            missing = sorted(documents.keys() - scan.seen)
            gone = tuple(documents[uri] for uri in await asyncio.to_thread(lambda: list(vanished(missing))))
            # A disk that went away while it was looked at has nothing in it either.
            still_there = await asyncio.to_thread(root.is_dir)
            if gone and still_there:
                await self._remove(opened, gone)
            folder = msgspec.structs.replace(folder, files=len(scan.seen))
        folder = msgspec.structs.replace(folder, problem=problem, scanned_at=time.time())
        await opened.facts.put_folder(folder)
        await self._wake(opened, added)
        return added, folder

    def _follow(self, opened: OpenBank, folder: WatchedFolder) -> None:
        stop = asyncio.Event()
        task = asyncio.create_task(self._watch(opened, folder, stop), name=f"watch {folder.id}")
        self._tasks[folder.id] = (task, stop)

    async def _stop(self, folder_id: str) -> None:
        task, stop = self._tasks.pop(folder_id, (None, None))
        if task is not None and stop is not None:
            stop.set()
            task.cancel()
            await asyncio.wait([task])

    async def _watch(self, opened: OpenBank, folder: WatchedFolder, stop: asyncio.Event) -> None:
        while not stop.is_set():
            # What changes while the folder is looked at is noticed as well.
            noticed = asyncio.create_task(self._wait_for_change(Path(folder.path), stop), name=f"notice {folder.id}")
            try:
                await asyncio.sleep(0)
                # A disk that refuses now is looked at again at the next notice or sweep.
                with contextlib.suppress(PaddockError):
                    _added, folder = await self.look(opened, folder)
                await noticed
            finally:
                noticed.cancel()
                await asyncio.wait([noticed])

    async def _wait_for_change(self, path: Path, stop: asyncio.Event) -> None:
        from watchfiles import awatch  # late: native, and most banks follow no folder

        with contextlib.suppress(TimeoutError, FileNotFoundError, OSError):
            async with asyncio.timeout(self._sweep_seconds):
                async for _changes in awatch(path, stop_event=stop, debounce=self._settle_milliseconds, step=200):
                    return
        if not await asyncio.to_thread(path.is_dir):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(5.0, self._sweep_seconds)):
                    await stop.wait()
