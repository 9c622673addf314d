"""Reads OpenDocument: text (odt), presentations (odp) and spreadsheets (ods), element by element.

The format is that of ISO/IEC 26300. Repeated cells and rows are read once, or a small file would fill any memory.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.memory.parsing.cleaning import one_line
from app.engine.memory.parsing.guards import Element, Package, attribute, local
from app.engine.memory.parsing.reading import LINE, PARAGRAPH, Lump, Read, Source, Turn
from app.engine.memory.parsing.refusals import unreadable
from app.engine.memory.parsing.rows import Rows

_CONTENT = "content.xml"
_MANIFEST = "META-INF/manifest.xml"
_LEFT_OUT = frozenset(("annotation", "tracked-changes", "sequence-decls", "forms", "settings"))
_SPACES = 200
_REPEATED_CELLS = 50


def read(source: Source) -> Iterator[Read]:
    """Read a document of any of the three kinds; slides and sheets are pages."""
    with Package(source) as package:
        for _ in package.units(_MANIFEST, ("encryption-data",)):
            raise unreadable("document_encrypted")
        for _, element in package.units("meta.xml", ("title",)):
            source.facts.title = (element.text or "").strip()
        yield from _content(package, source)


def _content(package: Package, source: Source) -> Iterator[Read]:
    pages, rows = 0, Rows()
    sheets = _is_sheet(package)
    wanted = ("p", "h", "table-row", "list", *_LEFT_OUT)
    for event, element in package.units(_CONTENT, wanted, marks=("table", "page")):
        name = local(element.tag)
        if event == "start":
            if (name == "page") or (name == "table" and sheets):
                pages += 1
                yield Turn(pages, attribute(element, "name") or f"Page {pages}")
            rows = Rows()
        elif name == "table-row":
            yield from rows.take(_cells(element))
        elif name == "list":
            for index, text in enumerate(_items(element, source)):
                yield Lump("list", f"- {text}", glue=LINE if index else PARAGRAPH)
        elif name in ("p", "h"):
            text = _text(element, source)
            level = attribute(element, "outline-level")
            if name == "h":
                source.facts.title = source.facts.title or one_line(text)
                yield Lump("heading", one_line(text), min(6, max(1, int(level) if level.isdigit() else 1)))
            else:
                yield Lump("paragraph", text)


def _is_sheet(package: Package) -> bool:
    return b"spreadsheet" in package.read("mimetype", 1000) if "mimetype" in package.names else False


def _items(element: Element, source: Source) -> Iterator[str]:
    for child in _inner(element):
        if local(child.tag) in ("p", "h") and (text := one_line(_text(child, source))):
            yield text


def _cells(row: Element) -> Iterator[tuple[int, str]]:
    column = 0
    for cell in row:
        if local(cell.tag) not in ("table-cell", "covered-table-cell"):
            continue
        repeated = attribute(cell, "number-columns-repeated")
        times = int(repeated) if repeated.isdigit() else 1
        text = " ".join(_text(child, None) for child in _inner(cell) if local(child.tag) in ("p", "h"))
        if text.strip():
            for index in range(min(times, _REPEATED_CELLS)):
                yield column + index, text
        column += times


def _inner(element: Element) -> Iterator[Element]:
    waiting = list(reversed(element))
    while waiting:
        child = waiting.pop()
        if local(child.tag) in _LEFT_OUT:
            continue
        yield child
        if local(child.tag) not in ("p", "h"):
            waiting.extend(reversed(child))


def _text(element: Element, source: Source | None) -> str:
    """Return the text of a paragraph; text stands before, in and after its spans."""
    texts: list[str] = []
    waiting: list[Element | str] = [element]
    while waiting:
        child = waiting.pop()
        if isinstance(child, str):
            texts.append(child)
            continue
        name = local(child.tag)
        if name == "a" and source is not None:
            source.facts.link(attribute(child, "href"))
        if name in _LEFT_OUT:
            continue
        texts.append(_sign(name, child))
        texts.append(child.text or "")
        for inner in reversed(child):
            waiting += [inner.tail or "", inner]
    return "".join(texts)


def _sign(name: str, element: Element) -> str:
    if name == "s":
        count = attribute(element, "c")
        return " " * min(int(count) if count.isdigit() else 1, _SPACES)
    return {"tab": "\t", "line-break": "\n"}.get(name, "")
