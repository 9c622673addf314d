"""Files that apps handed in: descriptions in the main database, bytes in a folder by digest. Reads no format."""

from __future__ import annotations

import asyncio
import hashlib
import time
from pathlib import Path

from app.engine.domain.errors import NotFound
from app.engine.domain.memory import StoredFile
from app.engine.runtime.files import from_os, write_atomically
from app.engine.storage.connection import Connection
from app.engine.storage.database import Database
from app.engine.storage.migrations import migration


@migration("0006_files")
def create_files(conn: Connection) -> None:
    """Create the table of files."""
    conn.execute("""
        create table files (
            id text primary key,
            name text not null,
            purpose text not null,
            size_bytes integer not null,
            sha256 text not null,
            created_at real not null,
            expires_at real
        ) without rowid
    """)
    conn.execute("create index files_sha256 on files (sha256)")


MIGRATIONS = (create_files,)


class FileStore:
    """Keeps files. Equal contents are stored once."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._db = database
        self._folder = folder

    async def add(self, file: StoredFile, content: bytes) -> StoredFile:
        """Keep a file; returns it with its digest."""
        digest = await asyncio.to_thread(self._write, content)
        kept = StoredFile(
            id=file.id, name=file.name, purpose=file.purpose, size_bytes=len(content), sha256=digest,
            created_at=file.created_at, expires_at=file.expires_at,
        )  # fmt: skip
        row = {name: getattr(kept, name) for name in StoredFile.__struct_fields__}
        await self._db.write(lambda conn: conn.table("files").insert(row))
        return kept

    async def list(self) -> tuple[StoredFile, ...]:
        """Return the files that have not expired, newest first."""
        await self._remove_expired()
        query = "select * from files order by created_at desc, id desc"
        rows = await self._db.read(lambda conn: list(conn.query(query)))
        return tuple(StoredFile(**row) for row in rows)

    async def get(self, file_id: str) -> StoredFile:
        """Return a file's description; raises NotFound."""
        query = "select * from files where id = ? and (expires_at is null or expires_at > ?)"
        rows = await self._db.read(lambda conn: list(conn.query(query, [file_id, time.time()])))
        if not rows:
            raise NotFound(f"There is no file “{file_id}”.", param="file_id")
        return StoredFile(**rows[0])

    async def content(self, file_id: str) -> bytes:
        """Return a file's bytes; raises NotFound, StorageFailed."""
        file = await self.get(file_id)
        path = self._folder / file.sha256
        try:
            return await asyncio.to_thread(path.read_bytes)
        except OSError as error:
            raise from_os(error, path) from error

    async def remove(self, file_id: str) -> None:
        """Delete a file; raises NotFound."""
        file = await self.get(file_id)
        await self._forget(file.id, file.sha256)

    async def _remove_expired(self) -> None:
        query = "select id, sha256 from files where expires_at is not null and expires_at <= ?"
        rows = await self._db.read(lambda conn: list(conn.query(query, [time.time()])))
        for row in rows:
            await self._forget(row["id"], row["sha256"])

    async def _forget(self, file_id: str, sha256: str) -> None:
        await self._db.write(lambda conn: conn.execute("delete from files where id = ?", [file_id]))
        query = "select 1 from files where sha256 = ? limit 1"
        if not await self._db.read(lambda conn: list(conn.query(query, [sha256]))):
            await asyncio.to_thread((self._folder / sha256).unlink, True)

    def _write(self, content: bytes) -> str:
        digest = hashlib.sha256(content).hexdigest()
        path = self._folder / digest
        if not path.exists():
            write_atomically(path, content)
        return digest
