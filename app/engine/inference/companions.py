"""The small files of a model that is a folder: fetched before its weights, each checked. Must not know any format."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Protocol

from app.engine.domain.errors import ChecksumMismatch
from app.engine.inference.hub import RemoteFile
from app.engine.inference.model_files import move_file
from app.engine.runtime.files import from_os


class FolderModels(Protocol):
    """Takes models that are folders: their weights, and beside them small files."""

    def check(self, files: Path) -> None:
        """Refuse a model by its small files, blocking, before its weights are fetched; raises InvalidRequest."""
        ...

    async def adopt(self, weights: Path, files: Path, source: RemoteFile) -> str:
        """Move all of a model to where it belongs and return its id; raises InvalidRequest."""
        ...


async def fetch_companions(
    sources: Sequence[RemoteFile], files: Path, fetch: Callable[[RemoteFile, Path], Awaitable[None]]
) -> None:
    """Bring the files that are not here yet below `files`; raises ChecksumMismatch and what `fetch(source, part)` does.

    Only what was checked gets its name.
    """
    for source in sources:
        target = files / source.file
        if not await asyncio.to_thread(_is_here, target):
            part = target.with_name(f"{target.name}.part")
            await fetch(source, part)
            await asyncio.to_thread(_keep_checked, part, target, source)


def mismatch(file: str) -> ChecksumMismatch:
    """Return the error for bytes that are not the published ones."""
    return ChecksumMismatch(
        f"The bytes that arrived for {file} are not the published ones; they were deleted.",
        hint="Start the download again. If it happens twice, the network or the hub is at fault.",
    )


def _is_here(target: Path) -> bool:
    """Tell whether a file is here already; its folder is made."""
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise from_os(error, target) from error
    return target.exists()


def _keep_checked(part: Path, target: Path, source: RemoteFile) -> None:
    """Give a file its name if its bytes are the published ones: by SHA-256, or by Git's own hash of small files."""
    content = part.read_bytes()
    published, found = source.sha256, hashlib.sha256(content).hexdigest()
    if not published and source.blob_id:
        git = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False)
        published, found = source.blob_id, git.hexdigest()
    if published and found != published:
        part.unlink()
        raise mismatch(source.file)
    move_file(part, target)
