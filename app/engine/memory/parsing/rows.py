"""Makes rows of cells readable: "header: value" where a first row names the columns, cells between bars elsewhere.

Pure. A row is one line, so that a search finds a row that says of itself what its cells are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.engine.memory.parsing.cleaning import one_line
from app.engine.memory.parsing.reading import LINE, PARAGRAPH, Lump

_NAME_CHARACTERS = 80
_MOST_NAMES = 200


class Rows:
    """The rows of one table, in order; cells come with their column, counted from 0."""

    def __init__(self) -> None:
        self._names: dict[int, str] = {}
        self._first = True

    def take(self, cells: Iterable[tuple[int, str]]) -> Iterator[Lump]:
        """Yield the row as a lump, unless it is empty."""
        filled = [(column, text) for column, cell in cells if (text := one_line(cell))]
        if not filled:
            return
        first, self._first = self._first, False
        if first and _names_columns([text for _, text in filled]):
            self._names = dict(filled)
            yield Lump("table", " | ".join(text for _, text in filled))
            return
        yield Lump("table", self._line(filled), glue=PARAGRAPH if first else LINE)

    def _line(self, cells: list[tuple[int, str]]) -> str:
        if not self._names:
            return " | ".join(text for _, text in cells)
        named = (f"{self._names[column]}: {text}" if column in self._names else text for column, text in cells)
        return "; ".join(named)


def _names_columns(cells: list[str]) -> bool:
    """Tell whether the first row of a table reads like the names of its columns."""
    if not 2 <= len(cells) <= _MOST_NAMES or len(set(cells)) < len(cells):
        return False
    return all(len(cell) <= _NAME_CHARACTERS and any(map(str.isalpha, cell)) for cell in cells)
