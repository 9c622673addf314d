"""The words of a chunk as they are embedded and indexed. Pure; imports nothing heavy, so that the engine may use it."""

from __future__ import annotations

from collections.abc import Sequence


def indexed_text(headings: Sequence[str], text: str) -> str:
    """Return the headings above a chunk, then its text."""
    return f"{' › '.join(headings)}\n{text}" if headings else text
