"""What a detector finds, and how it is shown. Must not repeat what it found in full.

Detectors are pure functions of a text. Their patterns have bounded repetitions only, so that their time grows with
the length of a text and not with its square, whatever its shape.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable

from msgspec import Struct

from app.engine.domain.safety import Concern

# More of one kind say nothing new, and a verdict must stay readable.
MOST = 50


class Finding(Struct, frozen=True, kw_only=True):
    """Something found at `start` of a text, up to `end`. `excerpt` may be shown: it holds no secret in full."""

    category: str
    name: str
    start: int
    end: int
    excerpt: str
    probability: float = 1.0
    code: str = ""


def masked(value: str, shown: int = 4) -> str:
    """Return the beginning of a value, never more than a quarter of it, and its length."""
    kept = value[: min(shown, len(value) // 4)]
    return f"{kept}… ({len(value)} characters)"


def shortened(value: str, limit: int = 80) -> str:
    """Return a value on one line, cut at `limit` characters."""
    line = " ".join(value[: limit * 4].split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def apart(text: str, start: int, end: int) -> bool:
    """Tell whether neither a letter nor a digit stands right before or after a part of a text."""
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    return not (before.isalnum() or after.isalnum())


def without_overlaps(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return at most MOST findings in the order of the text; of two that overlap, the one named first stays."""
    kept: list[Finding] = []
    ends: list[tuple[int, int]] = []
    for each in findings:
        place = bisect.bisect(ends, (each.start, each.end))
        clear = (place == 0 or ends[place - 1][1] <= each.start) and (place == len(ends) or each.end <= ends[place][0])
        if clear:
            ends.insert(place, (each.start, each.end))
            kept.append(each)
        if len(kept) >= MOST:
            break
    return tuple(sorted(kept, key=lambda each: each.start))


def concerns(text: str, findings: Iterable[Finding]) -> tuple[Concern, ...]:
    """Return findings, in the order of the text, as concerns with their lines."""
    found, line, seen = [], 1, 0
    for each in findings:
        line += text.count("\n", seen, each.start)
        seen = each.start
        detail = f"line {line}: {each.excerpt}"
        found.append(
            Concern(category=each.category, name=each.name, probability=each.probability, code=each.code, detail=detail)
        )
    return tuple(found)


def matches(pattern: re.Pattern[str], text: str) -> Iterable[re.Match[str]]:
    """Yield matches, no more than could be told of."""
    for count, found in enumerate(pattern.finditer(text)):
        if count >= MOST * 20:
            return
        yield found
