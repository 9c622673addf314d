"""Finds the files below paths, with their sizes and times; blocking, for a worker thread. Reads no content.

Folders are entered once, whatever links lead to them. Hidden and temporary files are left out of folders, not when they
are named by themselves.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from app.engine.domain.memory import SkippedPart

_TEMPORARY_ENDS = (".tmp", ".part", ".crdownload", ".swp", "~")
_TEMPORARY_STARTS = ("~$", ".~")
_NEVER = {"__pycache__", "node_modules", "$RECYCLE.BIN", "System Volume Information"}


class FoundFile(Struct, frozen=True):
    """A file as the file system describes it."""

    path: Path
    size_bytes: int
    mtime_ns: int


class Refusal(Struct, frozen=True):
    """A path that cannot be used, and why."""

    part: SkippedPart


Seen = set[tuple[int, int]]


def walk(paths: Sequence[Path]) -> Iterator[FoundFile | Refusal]:
    """Yield the files of these paths, folders in the order of their names."""
    seen: Seen = set()
    for path in paths:
        try:
            facts = path.stat()
        except OSError as error:
            yield _refusal(path, error)
            continue
        if stat.S_ISDIR(facts.st_mode):
            yield from _walk_folder(path, facts, seen)
        elif stat.S_ISREG(facts.st_mode):
            yield FoundFile(path, facts.st_size, facts.st_mtime_ns)
        else:
            yield Refusal(SkippedPart(where=_shown(path), reason="It is neither a file nor a folder."))


def _walk_folder(folder: Path, facts: os.stat_result, seen: Seen) -> Iterator[FoundFile | Refusal]:
    waiting = [(folder, facts)]
    while waiting:
        current, facts = waiting.pop()
        if (facts.st_dev, facts.st_ino) in seen:
            continue
        seen.add((facts.st_dev, facts.st_ino))
        try:
            with os.scandir(current) as entries:
                listed = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            yield _refusal(current, error)
            continue
        folders = []
        for entry in listed:
            if is_left_out(entry.name):
                continue
            try:
                found = entry.stat()
            except OSError as error:
                yield _refusal(Path(entry.path), error)
                continue
            if stat.S_ISDIR(found.st_mode):
                folders.append((Path(entry.path), found))
            elif stat.S_ISREG(found.st_mode):
                yield FoundFile(Path(entry.path), found.st_size, found.st_mtime_ns)
        waiting += reversed(folders)


def is_left_out(name: str) -> bool:
    """Tell whether a name below a folder is hidden or temporary."""
    return name.startswith((".", *_TEMPORARY_STARTS)) or name.endswith(_TEMPORARY_ENDS) or name in _NEVER


def _refusal(path: Path, error: OSError) -> Refusal:
    words = {
        FileNotFoundError: "It is not there.",
        PermissionError: "Paddock may not read it.",
    }
    reason = words.get(type(error), f"It cannot be read: {error.strerror or error}.")
    return Refusal(SkippedPart(where=_shown(path), reason=reason))


def _shown(path: Path) -> str:
    return str(path).encode("utf-8", "replace").decode("utf-8")
