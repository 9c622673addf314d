"""Reads text off pictures with RapidOCR, an extra that may not be installed. Loaded at the first picture."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from app.engine.memory.parsing.reading import Lump, Read, Source
from app.engine.memory.parsing.refusals import unreadable

_PICTURE_BYTES = 64 * 1024 * 1024


def available() -> bool:
    """Tell whether character recognition is installed."""
    return find_spec("rapidocr") is not None


def recognise(picture: Any) -> Iterator[str]:
    """Yield the lines of text on a picture: an array of pixels, or the bytes of a picture's file."""
    result = _engine()(picture)
    yield from (str(text) for text in (getattr(result, "txts", None) or ()))


def read_picture(source: Source) -> Iterator[Read]:
    """Read a picture; raises DocumentUnreadable when recognition is not wanted or not installed."""
    if not source.request.ocr or not available():
        raise unreadable("document_needs_ocr")
    if source.size > _PICTURE_BYTES:
        raise unreadable("document_too_large", f"{_PICTURE_BYTES // 2**20} MB is the limit for pictures")
    yield Lump("paragraph", "\n".join(recognise(source.path.read_bytes())))


@cache
def _engine() -> Any:
    return import_module("rapidocr").RapidOCR()
