"""Addresses of documents: `file:` of paths in any script, `text:` of pasted text, `stored:` of files of apps. Pure."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import quote, unquote, unquote_to_bytes

_DRIVE = re.compile(r"^/[A-Za-z]:")
TEXT, STORED, CHUNKS = "text:", "stored:", "chunks:"


def file_uri(path: Path) -> str:
    """Return the address of an absolute path; bytes that are no text survive."""
    return path.as_uri()


def path_of(uri: str) -> Path | None:
    """Return the path of a `file:` address, None for others."""
    if not uri.startswith("file://"):
        return None
    raw = os.fsdecode(unquote_to_bytes(uri.removeprefix("file://")))
    return Path(raw[1:] if os.name == "nt" and _DRIVE.match(raw) else raw)


def text_uri(name: str) -> str:
    """Return the address of pasted text of a name."""
    return TEXT + quote(name)


def stored_uri(file_id: str) -> str:
    """Return the address of a stored file."""
    return STORED + file_id


def chunks_uri(name: str) -> str:
    """Return the address of passages an app cut itself."""
    return CHUNKS + quote(name, errors="replace")


def shown(uri: str) -> str:
    """Return an address as a person reads it."""
    path = path_of(uri)
    return str(path) if path is not None else unquote(uri)


def shown_name(path: Path) -> str:
    """Return a file's name as text that can be stored and shown."""
    return path.name.encode("utf-8", "replace").decode("utf-8")
