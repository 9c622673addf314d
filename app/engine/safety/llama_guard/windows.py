"""Fits conversations into what a guard can read: long texts as overlapping windows, the oldest words left out. Pure.

The token counter is given; it is asked only when the bytes of a text do not already show that it fits.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from app.engine.safety.llama_guard.markers import neutral
from app.engine.safety.llama_guard.prompt import Turn

Count = Callable[[str], Awaitable[int]]

# Windows share this part of their length, so that what stands across a border is read whole once.
OVERLAP = 0.2
# Of the room, this part at least is for the judged text when the conversation before it is long.
TEXT_SHARE = 0.7
_TIGHTER = 0.85  # tokens are not spread evenly over a text, so that a cut by characters may miss


async def fitted(turns: Sequence[Turn], room: int, count: Count) -> tuple[tuple[Turn, ...], ...]:
    """Return what to ask: one conversation that fits into `room` tokens, or one for each window of the last turn."""
    if await _fits(_text(turns), room, count):
        return (tuple(turns),)
    *before, last = turns
    kept: tuple[Turn, ...] = ()
    if before:
        own = min(await _tokens(last.render(), room, count), int(room * TEXT_SHARE))
        kept = await newest(before, room - own, count)
    left = room - (await count(_text(kept)) if kept else 0)
    # A cut may bring the header of a role to the start of a line.
    return tuple((*kept, Turn(last.role, neutral(part))) for part in await windows(last, left, count))


async def windows(turn: Turn, room: int, count: Count) -> tuple[str, ...]:
    """Return overlapping parts of a turn's text; each renders to at most `room` tokens, but for single characters."""
    if len(turn.text) <= 1 or await _fits(turn.render(), room, count):
        return (turn.text,)
    tokens = max(1, await count(turn.render()))
    size = max(1, int(len(turn.text) * min(room / tokens, 1.0) * _TIGHTER))
    step = max(1, int(size * (1 - OVERLAP)))
    starts = range(0, max(1, len(turn.text) - size + step), step)
    found: list[str] = []
    for start in starts:
        found += await windows(Turn(turn.role, turn.text[start : start + size]), room, count)
    return tuple(found)


async def newest(turns: Sequence[Turn], room: int, count: Count) -> tuple[Turn, ...]:
    """Return the newest turns that fit into `room` tokens; of the oldest of them perhaps only its end."""
    kept: tuple[Turn, ...] = ()
    for turn in reversed(turns):
        if not await _fits(_text((turn, *kept)), room, count):
            end = await _end(turn, room - (await count(_text(kept)) if kept else 0), count)
            return (end, *kept) if end is not None else kept
        kept = (turn, *kept)
    return kept


async def _end(turn: Turn, room: int, count: Count) -> Turn | None:
    """Return as much of a turn's end as fits, None when that is nothing."""
    text = turn.text
    while text and not await _fits(Turn(turn.role, text).render(), room, count):
        tokens = max(1, await count(Turn(turn.role, text).render()))
        size = min(int(len(text) * max(room, 0) / tokens * _TIGHTER), len(text) - 1)
        text = text[len(text) - size :].lstrip() if size > 0 else ""
    return Turn(turn.role, neutral(text)) if text else None


async def _fits(text: str, room: int, count: Count) -> bool:
    # A token is a byte at least, whatever the model.
    return len(text.encode("utf-8", "replace")) <= room or (room > 0 and await count(text) <= room)


async def _tokens(text: str, most: int, count: Count) -> int:
    size = len(text.encode("utf-8", "replace"))
    return size if size <= most else await count(text)


def _text(turns: Sequence[Turn]) -> str:
    return "".join(turn.render() for turn in turns)
