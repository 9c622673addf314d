"""The files capability: what apps hand in, and batches of it for a bank. Signatures only."""

from __future__ import annotations

from typing import Protocol

from app.engine.domain.memory import BatchFile, FileBatch, StoredFile


class Files(Protocol):
    """Files that apps hand in, kept by their content."""

    async def add(
        self, name: str, content: bytes, *, purpose: str = "assistants", expires_after_seconds: int | None = None
    ) -> StoredFile:
        """Keep a file."""
        ...

    async def list(self, *, purpose: str = "") -> tuple[StoredFile, ...]:
        """Return all files, newest first."""
        ...

    async def get(self, file_id: str) -> StoredFile:
        """Return a file's description; raises NotFound."""
        ...

    async def content(self, file_id: str) -> bytes:
        """Return a file's bytes; raises NotFound."""
        ...

    async def remove(self, file_id: str) -> None:
        """Delete a file; documents made from it stay in their banks."""
        ...


class FileBatches(Protocol):
    """Stored files that are added to a bank together, and what became of them."""

    async def create(self, bank_id: str, files: tuple[BatchFile, ...]) -> FileBatch:
        """Add files; raises NotFound, and adds none, when one of them is not there."""
        ...

    async def get(self, bank_id: str, batch_id: str) -> FileBatch:
        """Return a batch with its documents as they stand; raises NotFound."""
        ...

    async def cancel(self, bank_id: str, batch_id: str) -> FileBatch:
        """Stop those documents of a batch that are not ready."""
        ...
