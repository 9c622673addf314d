"""Turns citations of an answer into links: marks are put into its text, and become links in the rendered HTML. No Qt.

A mark never lands inside code, a table's frame or a link; it moves behind them. The characters that stand for a mark
are private ones that no model means to write; they are taken out of the answer first.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from app.engine.domain.agents import CitationMark
from app.ui.chat.markdown import code_lines

SCHEME = "source"
_OPEN, _CLOSE = "\ue000", "\ue001"
# The space keeps markdown's "**" closing when it stands right before a mark; the mark stays on the line of its words.
_SPACE = "\N{NARROW NO-BREAK SPACE}"
_MARK = re.compile(f"{_SPACE}?{_OPEN}([0-9,]+){_CLOSE}")
_WRITTEN = re.compile(r"\[(\d{1,3})\]")
_TAG = re.compile(r"<(/?)([a-zA-Z0-9]+)[^>]*>")
_LINK = re.compile(r"!?\[[^\]\n]*\]\([^)\n]*\)")
_CLOSED = ("code", "pre", "a")


def marked(text: str, marks: Sequence[CitationMark]) -> str:
    """Return an answer's markdown with a mark at each citation that the model did not write itself."""
    clean = text.replace(_OPEN, " ").replace(_CLOSE, " ")
    places: dict[int, list[int]] = {}
    behind: dict[int, list[int]] = {}
    code = code_lines(clean) if marks else []
    for mark in marks:
        if mark.written and all(f"[{number}]" in clean for number in mark.numbers):
            continue
        offset = max(0, min(mark.offset, len(clean)))
        block = next((each for each in code if each[0] < offset <= each[1]), None)
        if block is not None:
            behind.setdefault(block[1], []).extend(mark.numbers)
        else:
            places.setdefault(_free_place(clean, offset), []).extend(mark.numbers)
    indents = {end: indent for _start, end, indent in code}
    pieces, at = [], 0
    for offset in sorted({*places, *behind}):
        pieces.append(clean[at:offset])
        if offset in places:
            pieces.append(_written(places[offset]))
        if offset in behind:
            pieces.append(f"\n{indents[offset]}\n{indents[offset]}{_written(behind[offset])}\n")
        at = offset
    return "".join((*pieces, clean[at:]))


def linked(rendered: str, numbers: Collection[int]) -> str:
    """Return HTML in which marks, and [n] of a known number written by the model, are links to their source."""
    written: list[str] = []
    waiting: list[str] = []
    depth = at = 0
    for tag in _TAG.finditer(rendered):
        written.append(_linked_text(rendered[at : tag.start()], numbers, waiting if depth else None))
        written.append(tag.group())
        at = tag.end()
        if tag.group(2).lower() in _CLOSED:
            depth = max(0, depth + (-1 if tag.group(1) else 1))
            if not depth and waiting:
                written += waiting
                waiting.clear()
    written.append(_linked_text(rendered[at:], numbers, waiting if depth else None))
    return "".join((*written, *waiting))


def without_marks(code: str) -> tuple[str, tuple[int, ...]]:
    """Return code without marks, and the numbers they had."""
    found = [int(number) for mark in _MARK.finditer(code) for number in mark.group(1).split(",")]
    return _MARK.sub("", code), tuple(dict.fromkeys(found))


def links_to(numbers: Collection[int]) -> str:
    """Return links to these sources as HTML."""
    return "".join(_link(number) for number in numbers)


def cited(text: str, marks: Sequence[CitationMark], numbers: Collection[int]) -> tuple[int, ...]:
    """Return the numbers of the sources an answer cites, in their order."""
    written = {int(match) for match in _WRITTEN.findall(text)}
    found = {number for mark in marks for number in mark.numbers} | written
    return tuple(sorted(found & set(numbers)))


def _written(numbers: Sequence[int]) -> str:
    joined = ",".join(str(number) for number in sorted(set(numbers)))
    return f"{_SPACE}{_OPEN}{joined}{_CLOSE}"


def _free_place(text: str, offset: int) -> int:
    """Return the nearest place for a mark that is not inside a link or behind the frame of a table."""
    for link in _LINK.finditer(text):
        if link.start() < offset < link.end():
            return link.end()
    line = text[text.rfind("\n", 0, offset) + 1 : offset].rstrip()
    if line.endswith("|") and line.count("|") > 1:
        return text.rfind("|", 0, offset)
    return offset


def _linked_text(text: str, numbers: Collection[int], waiting: list[str] | None) -> str:
    """Link what stands between two tags; within code, links wait for its end."""

    def replace(match: re.Match[str]) -> str:
        links = links_to([int(number) for number in match.group(1).split(",") if int(number) in numbers])
        if waiting is None:
            return links and f"&nbsp;{links}"
        waiting.append(links)
        return ""

    linked_marks = _MARK.sub(replace, text)
    if waiting is not None or not numbers:
        return linked_marks
    # What was just linked holds tags; only the text around it is looked at again.
    pieces = re.split(r"(<[^>]*>[^<]*</a>)", linked_marks)
    return "".join(
        piece if piece.startswith("<a ") else _WRITTEN.sub(lambda match: _known(match, numbers), piece)
        for piece in pieces
    )


def _known(match: re.Match[str], numbers: Collection[int]) -> str:
    return _link(int(match.group(1))) if int(match.group(1)) in numbers else match.group()


def _link(number: int) -> str:
    return f'<a class="cite" href="{SCHEME}:{number}">[{number}]</a>'
