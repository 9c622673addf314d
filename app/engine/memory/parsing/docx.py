"""Reads Word documents paragraph by paragraph, with headings, lists, tables and notes. It has no pages.

Must not build a tree of the whole document: a small file may hold a very long one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from app.engine.domain.parsing import BlockKind
from app.engine.memory.parsing.cleaning import one_line
from app.engine.memory.parsing.guards import Element, Package, attribute, local
from app.engine.memory.parsing.office import main_member, note_links, note_title, relations, text_of
from app.engine.memory.parsing.reading import LINE, PARAGRAPH, Lump, Read, Source

_HEADING = re.compile(r"(?:heading|überschrift|titre|título|título|заголовок)\s*(\d)", re.IGNORECASE)
_DEPTH = 20


class _Style(NamedTuple):
    name: str
    base: str
    level: int
    listed: bool


def read(source: Source) -> Iterator[Read]:
    """Read a document, then its footnotes and endnotes."""
    with Package(source) as package:
        name = main_member(package, "word/document.xml")
        found = relations(package, name)
        note_title(package, source.facts)
        note_links(found, source.facts)
        styles = _styles(package, next((r.target for r in found.values() if r.kind == "styles"), "word/styles.xml"))
        yield from _body(package, name, styles, source)
        for relation in found.values():
            if relation.kind in ("footnotes", "endnotes"):
                yield from _body(package, relation.target, styles, source)


def _body(package: Package, name: str, styles: dict[str, _Style], source: Source) -> Iterator[Read]:
    glue, after = PARAGRAPH, ""
    for event, element in package.units(name, ("p", "tr"), marks=("tbl",)):
        kind = local(element.tag)
        if event == "start":
            glue = PARAGRAPH
        elif kind == "tr":
            cells = (one_line(" ".join(text_of(p) for p in _paragraphs(cell))) for cell in _children(element, "tc"))
            if row := " | ".join(filter(None, cells)):
                yield Lump("table", row, glue=glue)
                glue, after = LINE, "table"
        else:
            lump = _paragraph(element, styles, after)
            if lump.text.strip():
                after = lump.kind
                if lump.level == 1 and lump.kind == "heading":
                    source.facts.title = source.facts.title or lump.text
                yield lump


def _paragraph(element: Element, styles: dict[str, _Style], after: str) -> Lump:
    text = text_of(element)
    properties = next(_children(element, "pPr"), None)
    style = _value(properties, "pStyle")
    level, kind = _meaning(style, styles)
    outline = _value(properties, "outlineLvl")
    if outline.isdigit() and int(outline) < 6:
        level = int(outline) + 1
    if level:
        return Lump("heading", one_line(text), level)
    if kind == "list" or (properties is not None and next(_children(properties, "numPr"), None) is not None):
        return Lump("list", f"- {text.strip()}" if text.strip() else "", glue=LINE if after == "list" else PARAGRAPH)
    if kind == "code":
        return Lump("code", text, glue=LINE if after == "code" else PARAGRAPH)
    return Lump(kind, text)


def _meaning(style: str, styles: dict[str, _Style]) -> tuple[int, BlockKind]:
    """Return the heading level (0: none) and the kind of paragraphs of a style, asking the styles it is based on."""
    for _ in range(_DEPTH):
        known = styles.get(style, _Style(style, "", 0, listed=False))
        name = known.name.lower()
        if known.level:
            return known.level, "paragraph"
        if heading := _HEADING.match(name):
            return min(6, max(1, int(heading.group(1)))), "paragraph"
        if name == "title":
            return 1, "paragraph"
        if "quote" in name:
            return 0, "quote"
        if "code" in name or "preformatted" in name:
            return 0, "code"
        if known.listed or name.startswith("list"):
            return 0, "list"
        if not known.base:
            break
        style = known.base
    return 0, "paragraph"


def _styles(package: Package, name: str) -> dict[str, _Style]:
    styles = {}
    for _, element in package.units(name, ("style",)):
        properties = next(_children(element, "pPr"), None)
        outline = _value(properties, "outlineLvl")
        styles[attribute(element, "styleId")] = _Style(
            name=_value(element, "name"),
            base=_value(element, "basedOn"),
            level=int(outline) + 1 if outline.isdigit() and int(outline) < 6 else 0,
            listed=properties is not None and next(_children(properties, "numPr"), None) is not None,
        )
    return styles


def _children(element: Element, name: str) -> Iterator[Element]:
    return (child for child in element if local(child.tag) == name)


def _paragraphs(cell: Element) -> Iterator[Element]:
    return (child for child in cell.iter() if local(child.tag) == "p")


def _value(element: Element | None, name: str) -> str:
    child = None if element is None else next(_children(element, name), None)
    return "" if child is None else attribute(child, "val")
