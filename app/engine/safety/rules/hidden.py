"""Finds characters that nobody sees but a model reads, and those that change the order in which text is shown.

Sources: Unicode TR 51 (flags made of tag characters), TR 36 and CVE-2021-42574 (bidirectional controls). Joiners in
emoji and in scripts that need them, and marks of direction in Arabic or Hebrew, are ordinary text.
"""

from __future__ import annotations

import re

from app.engine.safety.rules.finding import Finding, matches, shortened, without_overlaps

CATEGORY = "hidden_characters"

_FLAG = "\U0001f3f4"
# England, Scotland and Wales: the flags in general use that are made of tag characters.
_REGIONS = frozenset({"gbeng\x7f", "gbsct\x7f", "gbwls\x7f"})
_TAGS = re.compile("[\U000e0000-\U000e007f]{1,4096}")
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]{3,4096}")
_WIDTHLESS = "\u200b-\u200d\u2060-\u2064\ufeff\u180e"
_RUN = re.compile(f"[{_WIDTHLESS}\u200e\u200f]{{3,4096}}")
_SPLIT_WORD = re.compile(f"[A-Za-z][{_WIDTHLESS}]{{1,2}}(?=[A-Za-z])")
# Marks of direction come in twos and threes where texts were edited, and then mean nothing.
_MARKS, _MOST_MARKS = frozenset("\u200e\u200f"), 7
# So many words with gaps nobody sees are no accident of copying.
_SPLIT_WORDS = 3
_OVERRIDE = re.compile("[\u202d\u202e]")
_REVERSED = re.compile("[\u202b\u2067]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")


def find(text: str) -> tuple[Finding, ...]:
    """Return what is hidden in a text."""
    if text.isascii():
        return ()
    return without_overlaps([*_tags(text), *_selectors(text), *_runs(text), *_split_words(text), *_order(text)])


def _tags(text: str) -> list[Finding]:
    found = []
    for match in matches(_TAGS, text):
        hidden = "".join(chr(ord(each) - 0xE0000) for each in match[0])
        if hidden in _REGIONS and text[match.start() - 1 : match.start()] == _FLAG:
            continue
        found.append(_finding("Hidden text", match, _in_words(hidden, len(match[0]))))
    return found


def _selectors(text: str) -> list[Finding]:
    """Find bytes written as variation selectors, of which one should follow a character, and two by mistake do."""
    found = []
    for match in matches(_SELECTORS, text):
        numbers = bytes(ord(each) - (0xFE00 if each <= "\ufe0f" else 0xE00F0) for each in match[0])
        found.append(_finding("Hidden text", match, _in_words(numbers.decode("utf-8", "ignore"), len(match[0]))))
    return found


def _runs(text: str) -> list[Finding]:
    return [
        _finding("Invisible characters", match, f"{len(match[0])} invisible characters in a row")
        for match in matches(_RUN, text)
        if len(match[0]) > _MOST_MARKS or not _MARKS.issuperset(match[0])
    ]


def _split_words(text: str) -> list[Finding]:
    found = list(matches(_SPLIT_WORD, text))
    if len(found) < _SPLIT_WORDS:
        return []
    excerpt = f"{len(found)} invisible characters inside words"
    return [_finding("Invisible characters", found[0], excerpt, probability=0.8)]


def _order(text: str) -> list[Finding]:
    """Find overrides of the reading order, and text turned around in lines without any such script."""
    words = "shown in another order than it is read"
    found = [_finding("Changed reading order", match, words) for match in matches(_OVERRIDE, text)]
    if not _REVERSED.search(text):
        return found
    begin = 0
    for line in text.split("\n"):
        match = _REVERSED.search(line)
        if match and not _RIGHT_TO_LEFT.search(line):
            place = begin + match.start()
            found.append(
                Finding(category=CATEGORY, name="Changed reading order", start=place, end=place + 1, excerpt=words)
            )
        begin += len(line) + 1
    return found


def _in_words(hidden: str, count: int) -> str:
    shown = "".join(each for each in hidden if each.isprintable())
    return f"hidden text “{shortened(shown, 60)}”" if shown.strip() else f"{count} hidden characters"


def _finding(name: str, match: re.Match[str], excerpt: str, *, probability: float = 1.0) -> Finding:
    return Finding(
        category=CATEGORY,
        name=name,
        start=match.start(),
        end=match.end(),
        excerpt=excerpt,
        probability=probability,
    )
