"""Makes lines and paragraphs of the characters of a PDF page: by their distances, their size, and the gaps in a line.

A PDF knows neither: it only says which letter stands where. The order is that of the page's content.
"""

from __future__ import annotations

import ctypes
import itertools
import math
import re
import statistics
from collections.abc import Iterator
from typing import NamedTuple

from pypdfium2 import PdfTextPage, raw

from app.engine.memory.parsing.cleaning import join_hyphenated
from app.engine.memory.parsing.reading import LINE, PARAGRAPH, Lump

# In sizes of the letters.
_CELL_GAP = 1.6
_SAME_LINE = 0.3
_INDENT = 0.9
# Times the usual distance of lines.
_PARAGRAPH_GAP = 1.35
_HEADING_SIZES = ((1.6, 1), (1.3, 2), (1.12, 3))
_HEADING_CHARACTERS = 200
_OTHER_SIZE = 0.08
_CHARACTERS = 2_000_000
_BREAK = re.compile("[\r\n]+")
_BLANKS = re.compile(" +")
_WIDE = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")
_BULLET = re.compile(r"(?:[•‣◦▪●–*-]|\d{1,3}[.)]|[a-z]\))\s+\S")
_ENDS = tuple(".!?:;。！？")


class Line(NamedTuple):
    """A line of a page: its cells, its baseline, its left edge and its letters' size, in points."""

    cells: tuple[str, ...]
    y: float = 0.0
    x: float = 0.0
    size: float = 0.0

    @property
    def text(self) -> str:
        """The line as one text."""
        return " ".join(self.cells)


def lines_of(page: PdfTextPage) -> list[Line]:
    """Return the lines of a page in the order of its content."""
    count = min(page.count_chars(), _CHARACTERS)
    letter = raw.FPDFText_GetUnicode
    text = "".join([chr(code) if (code := letter(page, index)) < 0x110000 else " " for index in range(count)])
    lines, at = [], 0
    for end in _BREAK.finditer(text):
        lines.append(_line(page, text, at, end.start()))
        at = end.end()
    lines.append(_line(page, text, at, count))
    return [line for line in lines if line.cells]


def _line(page: PdfTextPage, text: str, start: int, end: int) -> Line:
    inner = text[start:end]
    start += len(inner) - len(inner.lstrip())
    end = start + len(inner.strip())
    if start >= end:
        return Line(())
    x, y = ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharOrigin(page, start, ctypes.byref(x), ctypes.byref(y))
    size = _size(page, start)
    cells, at = [], start
    for blank in _BLANKS.finditer(text, start, end):
        if _gap(page, blank.start() - 1, blank.end()) > _CELL_GAP * size:
            cells.append(text[at : blank.start()])
            at = blank.end()
    cells.append(text[at:end])
    return Line(tuple(map(_joined, cells)), y.value, x.value, size)


def _size(page: PdfTextPage, index: int) -> float:
    """Return how large a letter is set: fonts of size 1 that are scaled up are common."""
    matrix = raw.FS_MATRIX()
    size = raw.FPDFText_GetFontSize(page, index)
    if raw.FPDFText_GetMatrix(page, index, ctypes.byref(matrix)):
        size *= math.hypot(matrix.c, matrix.d)
    return max(1.0, float(size))


_left, _right, _bottom, _top = (ctypes.c_double() for _ in range(4))
_BOX = tuple(map(ctypes.byref, (_left, _right, _bottom, _top)))


def _gap(page: PdfTextPage, before: int, after: int) -> float:
    raw.FPDFText_GetCharBox(page, before, *_BOX)
    end = _right.value
    raw.FPDFText_GetCharBox(page, after, *_BOX)
    gap: float = _left.value - end
    return gap


def _joined(text: str) -> str:
    """Put halves of signs beyond 16 bits together."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def lumps_of(lines: list[Line]) -> Iterator[Lump]:
    """Yield the paragraphs, headings, list items and table rows of a page's lines."""
    lines = list(_same_lines(lines))
    body = _usual_size(lines)
    leading = _usual_distance(lines)
    group: list[Line] = []
    for index, line in enumerate(lines):
        in_table = _is_row(lines, index)
        if group and (in_table or _is_row(lines, index - 1) or _begins(group, line, leading)):
            yield _lump(group, body)
            group = []
        if in_table:
            goes_on = _is_row(lines, index - 1)
            yield Lump("table", " | ".join(line.cells), glue=LINE if goes_on else PARAGRAPH)
        else:
            group.append(line)
    if group:
        yield _lump(group, body)


def _same_lines(lines: list[Line]) -> Iterator[Line]:
    """Put together what stands on one line but was written as several."""
    held: Line | None = None
    for line in lines:
        if held is not None and abs(held.y - line.y) < _SAME_LINE * held.size and line.x > held.x:
            held = held._replace(cells=held.cells + line.cells)
            continue
        if held is not None:
            yield held
        held = line
    if held is not None:
        yield held


def _is_row(lines: list[Line], index: int) -> bool:
    """Tell whether a line is a row of a table: it has gaps, and so has a line beside it."""
    if index < 0 or len(lines[index].cells) < 2:
        return False
    beside = (lines[near] for near in (index - 1, index + 1) if 0 <= near < len(lines))
    return any(len(line.cells) > 1 for line in beside)


def _begins(group: list[Line], line: Line, leading: float) -> bool:
    """Tell whether a line begins a paragraph of its own after the lines before it."""
    last = group[-1]
    distance = last.y - line.y
    if abs(line.size - last.size) > _OTHER_SIZE * last.size or _BULLET.match(line.text):
        return True
    if distance < 0:  # another column goes on with the sentence
        return last.text.endswith(_ENDS)
    if distance > _PARAGRAPH_GAP * max(leading, last.size):
        return True
    return line.x > group[0].x + _INDENT * line.size and last.text.endswith(_ENDS)


def _lump(group: list[Line], body: float) -> Lump:
    text = _flowing(group)
    ratio = group[0].size / body
    for least, level in _HEADING_SIZES:
        if ratio >= least and len(text) <= _HEADING_CHARACTERS and any(map(str.isalpha, text)):
            return Lump("heading", text, level)
    return Lump("list" if _BULLET.match(text) else "paragraph", text)


def _flowing(group: list[Line]) -> str:
    """Join the lines of a paragraph; words divided at their ends become whole."""
    text = join_hyphenated("\n".join(line.text.strip() for line in group))
    lines = text.split("\n")
    joined = lines[0]
    for line in lines[1:]:
        wide = joined and line and _WIDE.match(joined[-1]) and _WIDE.match(line[0])
        joined += line if wide else f" {line}"
    return joined


def _usual_size(lines: list[Line]) -> float:
    """Return the size most letters of a page are set in."""
    letters: dict[float, int] = {}
    for line in lines:
        size = round(line.size, 1)
        letters[size] = letters.get(size, 0) + len(line.text)
    return max(letters, key=lambda size: letters[size]) if letters else 1.0


def _usual_distance(lines: list[Line]) -> float:
    distances = [a.y - b.y for a, b in itertools.pairwise(lines) if 0 < a.y - b.y < 4 * a.size]
    return statistics.median_low(distances) if distances else 0.0
