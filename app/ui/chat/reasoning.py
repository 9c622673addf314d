"""Parts what a model thinks from what it says: `<think>…</think>` as reasoning models write it. No Qt."""

from __future__ import annotations

from typing import NamedTuple

_OPEN, _CLOSE = "<think>", "</think>"


class Parted(NamedTuple):
    """`thinking` is true while the reasoning has not ended."""

    reasoning: str
    answer: str
    thinking: bool


def part(text: str) -> Parted:
    """Return reasoning and answer of a message, whole or still growing."""
    stripped = text.lstrip()
    if not stripped.startswith(_OPEN):
        # Half an opening tag is not yet an answer.
        return Parted("", "" if stripped and _OPEN.startswith(stripped) else text, False)
    body = stripped[len(_OPEN) :]
    end = body.find(_CLOSE)
    if end >= 0:
        return Parted(body[:end].strip(), body[end + len(_CLOSE) :].lstrip("\n"), False)
    return Parted(body.strip(), "", True)
