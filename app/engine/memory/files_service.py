"""The facade's verbs on files that apps hand in. Must not know banks."""

from __future__ import annotations

import time
from uuid import uuid4

from app.engine.domain.errors import InvalidRequest
from app.engine.domain.memory import StoredFile
from app.engine.runtime.tracing import span
from app.engine.storage.files import FileStore


class FilesService:
    """Lives in the engine loop."""

    def __init__(self, store: FileStore) -> None:
        self._store = store

    async def add(
        self, name: str, content: bytes, *, purpose: str = "assistants", expires_after_seconds: int | None = None
    ) -> StoredFile:
        """Keep a file."""
        if not name.strip():
            raise InvalidRequest("The file has no name.", param="file")
        now = time.time()
        file = StoredFile(
            id=f"file-{uuid4().hex[:24]}",
            name=name,
            purpose=purpose,
            size_bytes=len(content),
            sha256="",
            created_at=now,
            expires_at=now + expires_after_seconds if expires_after_seconds else None,
        )
        with span("files.add", size=len(content)):
            return await self._store.add(file, content)

    async def list(self, *, purpose: str = "") -> tuple[StoredFile, ...]:
        """Return all files, newest first."""
        return tuple(file for file in await self._store.list() if not purpose or file.purpose == purpose)

    async def get(self, file_id: str) -> StoredFile:
        """Return a file's description; raises NotFound."""
        return await self._store.get(file_id)

    async def content(self, file_id: str) -> bytes:
        """Return a file's bytes; raises NotFound."""
        return await self._store.content(file_id)

    async def remove(self, file_id: str) -> None:
        """Delete a file; documents made from it stay in their banks."""
        with span("files.remove"):
            await self._store.remove(file_id)
