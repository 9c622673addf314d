"""One Paddock per data directory. Must not decide what the second one does."""

from __future__ import annotations

import os
import time
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout

from app.engine.domain.errors import DataDirectoryInUse
from app.engine.runtime.files import from_os, write_atomically


class Owner(msgspec.Struct, frozen=True, kw_only=True):
    """Who holds the data directory. `started` is a Unix time, `url` the local API (empty while it is off)."""

    pid: int
    url: str = ""
    started: float = 0.0


class InstanceLock:
    """Held from `acquire` to `release`; the system frees it when the process dies."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._facts = path.with_name(f"{path.name}.json")
        # Engine start and stop may happen in different threads of one process.
        self._lock = FileLock(path, mode=0o600, thread_local=False)

    def acquire(self) -> None:
        """Take the lock at once; raises DataDirectoryInUse that names the holder, or StorageFailed."""
        try:
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise self._in_use() from error
        except OSError as error:
            raise from_os(error, self._path) from error
        self.announce("")

    def announce(self, url: str) -> None:
        """Tell a second Paddock where this one listens."""
        owner = Owner(pid=os.getpid(), url=url, started=time.time())
        write_atomically(self._facts, msgspec.json.encode(owner))

    def owner(self) -> Owner | None:
        """Return the facts of the last holder, or None when there are none."""
        try:
            return msgspec.json.decode(self._facts.read_bytes(), type=Owner)
        except (OSError, msgspec.MsgspecError):
            return None

    def release(self) -> None:
        """Free the directory. May be called twice."""
        if self._lock.is_locked:
            self._facts.unlink(missing_ok=True)
            self._lock.release()

    def _in_use(self) -> DataDirectoryInUse:
        owner = self.owner()
        who = f" (process {owner.pid}{f', reachable at {owner.url}' if owner.url else ''})" if owner else ""
        return DataDirectoryInUse(
            f"Another Paddock{who} uses the data directory {self._path.parent}.",
            hint="Use that one, close it, or start with --data-dir and another folder.",
        )
