"""Reads workbooks sheet by sheet, row by row: only cells that are there, so that a far corner costs nothing.

Numbers are shown as they are stored, dates as ISO dates. Must not calculate formulas; their stored results are read.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from app.engine.domain.parsing import Omitted
from app.engine.memory.parsing.guards import Element, Package, attribute, local
from app.engine.memory.parsing.office import main_member, note_links, note_title, relations, text_of
from app.engine.memory.parsing.reading import Read, Source, Turn
from app.engine.memory.parsing.refusals import unreadable
from app.engine.memory.parsing.rows import Rows

_CELLS = 5_000_000
_SHARED_CHARACTERS = 200_000_000
# Built-in formats of dates and times (ECMA-376 part 1, 18.8.30).
_DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_DATE_LETTERS = re.compile(r"[ymdhs]", re.IGNORECASE)
_LITERALS = re.compile(r"\"[^\"]*\"|\\.|\[(?![hms]+\])[^\]]*\]", re.IGNORECASE)


class _Workbook:
    """What cells refer to."""

    def __init__(self, package: Package, name: str) -> None:
        self.relations = relations(package, name)
        targets = {relation.kind: relation.target for relation in self.relations.values()}
        self.shared = _shared(package, targets.get("sharedStrings", "xl/sharedStrings.xml"))
        self.dates = _date_styles(package, targets.get("styles", "xl/styles.xml"))
        self.sheets: list[tuple[str, str]] = []
        self.epoch = datetime.datetime(1899, 12, 30)
        for _, element in package.units(name, ("sheet", "workbookPr")):
            if local(element.tag) == "sheet":
                relation = self.relations.get(next((v for k, v in element.attrib.items() if k.endswith("}id")), ""))
                if relation is not None and relation.kind == "worksheet":
                    self.sheets.append((attribute(element, "name"), relation.target))
            elif attribute(element, "date1904") in ("1", "true"):
                self.epoch = datetime.datetime(1904, 1, 1)

    def text(self, cell: Element) -> str:
        """Return what a cell shows."""
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return text_of(cell)
        value = next((child.text or "" for child in cell if local(child.tag) == "v"), "")
        if kind == "s":
            return self.shared[int(value)] if value.isdigit() and int(value) < len(self.shared) else ""
        if kind == "b":
            return "TRUE" if value == "1" else "FALSE"
        if kind == "n" and value:
            return self._number(value, cell.get("s", "0"))
        formula = next((child.text for child in cell if local(child.tag) == "f"), None)
        return value or (f"={formula}" if formula else "")

    def _number(self, value: str, style: str) -> str:
        try:
            number = float(value)
            if style.isdigit() and int(style) in self.dates:
                moment = self.epoch + datetime.timedelta(days=number)
                return moment.date().isoformat() if number == int(number) else moment.isoformat(" ", "seconds")
        except (ValueError, OverflowError):
            return value
        return format(number, ".15g") if abs(number) < 1e15 else value


def read(source: Source) -> Iterator[Read]:
    """Read the sheets in their order; each is a page with the sheet's name."""
    with Package(source) as package:
        name = main_member(package, "xl/workbook.xml")
        book = _Workbook(package, name)
        note_title(package, source.facts)
        source.facts.pages = len(book.sheets)
        left = _CELLS
        for number, (label, member) in enumerate(book.sheets, 1):
            yield Turn(number, label)
            if left <= 0:
                yield Omitted(where=label, reason=f"The workbook has more than {_CELLS:,} cells.")
                continue
            note_links(relations(package, member), source.facts)
            rows = Rows()
            for _, row in package.units(member, ("row",)):
                cells = [cell for cell in row if local(cell.tag) == "c"]
                left -= len(cells)
                yield from rows.take((_column(cell, index), book.text(cell)) for index, cell in enumerate(cells))
                if left <= 0:
                    yield Omitted(where=label, reason=f"The workbook has more than {_CELLS:,} cells.")
                    break


def _column(cell: Element, usual: int) -> int:
    letters = cell.get("r", "").rstrip("0123456789").upper()
    if not letters or len(letters) > 3 or not letters.isascii() or not letters.isalpha():
        return usual
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _shared(package: Package, name: str) -> list[str]:
    texts: list[str] = []
    left = _SHARED_CHARACTERS
    for _, element in package.units(name, ("si",)):
        texts.append(text_of(element))
        left -= len(texts[-1])
        if left < 0:
            raise unreadable("document_too_large", "its cells hold too much text")
    return texts


def _date_styles(package: Package, name: str) -> set[int]:
    """Return the numbers of the cell styles that show a number as a date."""
    dates = set(_DATE_FORMATS)
    styles: list[int] = []
    for _, element in package.units(name, ("numFmt", "cellXfs")):
        if local(element.tag) == "numFmt":
            code = _LITERALS.sub("", attribute(element, "formatCode"))
            number = attribute(element, "numFmtId")
            if number.isdigit() and _DATE_LETTERS.search(code) and "general" not in code.lower():
                dates.add(int(number))
        else:
            styles = [int(n) if (n := attribute(xf, "numFmtId")).isdigit() else 0 for xf in element]
    return {index for index, number in enumerate(styles) if number in dates}
