"""Reads CSV and TSV, row by row; finds the delimiter by trying, because names of files lie about it."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from app.engine.domain.parsing import Omitted
from app.engine.memory.parsing.encodings import text_lines
from app.engine.memory.parsing.reading import Read, Source
from app.engine.memory.parsing.rows import Rows

_FIELD_CHARACTERS = 1_000_000
_TRIED_LINES = 20
_DELIMITERS = (",", ";", "\t", "|")


def read(source: Source) -> Iterator[Read]:
    """Read the rows of a table; one that a quote swallows is cut, not lost."""
    csv.field_size_limit(_FIELD_CHARACTERS)
    lines: list[str] = []
    stream = text_lines(source)
    for line in stream:
        if isinstance(line, Omitted):
            yield line
            continue
        lines.append(line)
        if len(lines) >= _TRIED_LINES:
            break
    delimiter = _delimiter(lines, "\t" if source.suffix in ("tsv", "tab") else ",")
    rows = Rows()
    rest = (line for line in stream if isinstance(line, str))
    for row in _rows(chain(lines, rest), delimiter):
        yield from rows.take(enumerate(row))


def _rows(lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(_whole(lines), delimiter=delimiter)
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error:  # a field over the limit: the reader goes on behind it
            continue


def _whole(lines: Iterable[str]) -> Iterator[str]:
    """Join the stretches of long lines, as far as a field may be long."""
    parts: list[str] = []
    length = 0
    for line in lines:
        parts.append(line)
        length += len(line)
        if line.endswith("\n") or length > _FIELD_CHARACTERS // 2:
            yield "".join(parts)
            parts, length = [], 0
    if parts:
        yield "".join(parts)


def _delimiter(lines: list[str], usual: str) -> str:
    """Return the delimiter that gives the most lines the same number of columns, more than one."""
    best, best_score = usual, 0
    for delimiter in (usual, *_DELIMITERS):
        widths = [len(row) for row in islice(_rows(lines, delimiter), _TRIED_LINES) if row]
        score = sum(width == widths[0] for width in widths) if widths and widths[0] > 1 else 0
        if score > best_score:
            best, best_score = delimiter, score
    return best
