"""The one SQLite database: a writer thread, a reader thread, migrations. Must not know what any table is for.

`await db.write(fn)` and `await db.read(fn)` run `fn(connection)` in one transaction off the loop. Rows must be
fetched inside `fn`: a lazy iterator that leaves it reads from a transaction that has ended.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from app.engine.domain.errors import StorageFailed
from app.engine.runtime.files import from_os
from app.engine.storage.connection import Connection
from app.engine.storage.failures import from_sqlite, is_corrupt
from app.engine.storage.migrations import Migration, applied_names, apply_one, check_names, refuse_newer

T = TypeVar("T")


class Database:
    """SQLite in WAL mode. After a damaged file was found at `open`, `moved_aside` names where it was kept.

    `busy_seconds` is how long a statement waits for another program's lock. `pragmas` are set on the writing
    connection before anything else.
    """

    def __init__(
        self,
        path: Path,
        migrations: tuple[Migration, ...] = (),
        *,
        busy_seconds: float = 5.0,
        pragmas: tuple[str, ...] = (),
    ) -> None:
        check_names(migrations)
        self.path = path
        self._pragmas = pragmas
        self.moved_aside: Path | None = None
        self._migrations = migrations
        self._busy_ms = int(busy_seconds * 1000)
        self._writer: _Worker | None = None
        self._reader: _Worker | None = None

    async def open(self) -> None:
        """Check the file, bring it up to date and open both connections; raises StorageFailed, DiskFull.

        A damaged file is moved aside, never deleted, and a new one is begun.
        """
        self._writer = _Worker("paddock-db-writer", self.path)
        self._reader = _Worker("paddock-db-reader", self.path)
        try:
            if not await self._writer.call(self._open_writer):
                self.moved_aside = await self._writer.call(self._move_aside)
                await self._writer.call(self._open_writer)
            await self._reader.call(self._open_reader)
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Finish what was begun and close; further calls raise StorageFailed. May be called twice."""
        workers, self._writer, self._reader = (self._reader, self._writer), None, None
        for worker in workers:
            if worker is not None:
                await worker.stop()

    async def write(self, fn: Callable[[Connection], T]) -> T:
        """Run `fn` in one write transaction: committed when it returns, rolled back when it raises."""
        return await self._open(self._writer).transaction("BEGIN IMMEDIATE", fn)

    async def shrink(self) -> None:
        """Give free pages back and write the log into the file, so that nothing deleted stays beside it."""
        await self._open(self._writer).call(self._shrink)

    def _shrink(self) -> None:
        assert self._writer is not None
        # Each step of a vacuum frees one page; only a script is stepped to its end.
        self._writer.connection.executescript("PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE)")

    async def read(self, fn: Callable[[Connection], T]) -> T:
        """Run `fn` on a consistent snapshot; it cannot write."""
        return await self._open(self._reader).transaction("BEGIN", fn)

    def _open(self, worker: _Worker | None) -> _Worker:
        if worker is None:
            raise StorageFailed(f"The database {self.path} is closed.", hint="Start Paddock again.")
        return worker

    def _open_writer(self) -> bool:
        """Open, check and migrate; False when the file is damaged."""
        assert self._writer is not None
        try:
            conn = self._writer.connect(self._busy_ms)
            for pragma in (*self._pragmas, "journal_mode=WAL"):
                conn.execute(f"PRAGMA {pragma}")
            healthy = [tuple(row) for row in conn.execute("PRAGMA quick_check(1)")] == [("ok",)]
        except sqlite3.DatabaseError as error:
            if not is_corrupt(error):
                raise
            healthy = False
        if healthy:
            self._migrate(conn)
        return healthy

    def _migrate(self, conn: Connection) -> None:
        done = applied_names(conn)
        refuse_newer(done, self._migrations)
        for change in self._migrations:
            if change.name not in done:
                with _transaction(conn, "BEGIN IMMEDIATE"):
                    apply_one(conn, change)

    def _open_reader(self) -> None:
        assert self._reader is not None
        self._reader.connect(self._busy_ms).execute("PRAGMA query_only=ON")

    def _move_aside(self) -> Path:
        assert self._writer is not None
        self._writer.disconnect()
        stamp = time.strftime("%Y%m%d-%H%M%S")
        kept = self.path.with_name(f"{self.path.name}.damaged-{stamp}")
        for suffix in ("", "-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                self.path.with_name(self.path.name + suffix).rename(kept.with_name(kept.name + suffix))
        return kept


class _Worker:
    """One thread with one connection."""

    def __init__(self, name: str, path: Path) -> None:
        self._path = path
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._conn: Connection | None = None

    def connect(self, busy_ms: int) -> Connection:
        """Open the connection; called in the worker's own thread."""
        self.disconnect()
        raw = sqlite3.connect(self._path, isolation_level=None, check_same_thread=True)
        # Plugins would be arbitrary code of other packages inside the engine.
        conn = self._conn = Connection(raw, execute_plugins=False)
        for pragma in (f"busy_timeout={busy_ms}", "synchronous=NORMAL", "foreign_keys=ON", "trusted_schema=OFF"):
            conn.execute(f"PRAGMA {pragma}")
        return conn

    @property
    def connection(self) -> Connection:
        """The open connection; used in the worker's own thread."""
        assert self._conn is not None
        return self._conn

    def disconnect(self) -> None:
        """Close the connection; called in the worker's own thread."""
        if self._conn is not None:
            self._conn.close()
            self._conn = None

    async def call(self, fn: Callable[[], T]) -> T:
        """Run `fn` in the worker's thread with its errors put into words."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._guarded, fn)

    async def transaction(self, begin: str, fn: Callable[[Connection], T]) -> T:
        """Run `fn` between `begin` and COMMIT."""
        return await self.call(lambda: self._run(begin, fn))

    async def stop(self) -> None:
        """Close the connection after all that is queued, and end the thread."""
        try:
            await self.call(self.disconnect)
        finally:
            await asyncio.to_thread(self._pool.shutdown)

    def _run(self, begin: str, fn: Callable[[Connection], T]) -> T:
        with _transaction(self.connection, begin):
            return fn(self.connection)

    def _guarded(self, fn: Callable[[], T]) -> T:
        try:
            return fn()
        except sqlite3.Error as error:
            raise from_sqlite(error, self._path) from error
        except OSError as error:
            raise from_os(error, self._path) from error


@contextlib.contextmanager
def _transaction(conn: Connection, begin: str) -> Iterator[None]:
    conn.conn.execute(begin)
    try:
        yield
        conn.conn.execute("COMMIT")
    except BaseException:
        conn.rollback()
        raise
