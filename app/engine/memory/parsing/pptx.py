"""Reads presentations slide by slide: the title as a heading, text, tables, and the speaker's notes."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.domain.parsing import Omitted
from app.engine.memory.parsing.cleaning import one_line
from app.engine.memory.parsing.guards import Element, Package, attribute, local
from app.engine.memory.parsing.office import inner, main_member, note_links, note_title, relations, text_of
from app.engine.memory.parsing.reading import LINE, PARAGRAPH, Lump, Read, Source, Turn

_TITLES = ("title", "ctrTitle")
# Numbers, dates and footers that every slide repeats.
_FURNITURE = ("sldNum", "dt", "ftr", "hdr")


def read(source: Source) -> Iterator[Read]:
    """Read the slides in the order they are shown in."""
    with Package(source) as package:
        name = main_member(package, "ppt/presentation.xml")
        found = relations(package, name)
        note_title(package, source.facts)
        ids = [attribute_id(element) for _, element in package.units(name, ("sldId",))]
        slides = [found[slide].target for slide in ids if slide in found]
        source.facts.pages = len(slides)
        for number, slide in enumerate(slides, 1):
            yield Turn(number, f"Slide {number}")
            if slide not in package.names:
                yield Omitted(where=f"Slide {number}", reason="The slide is missing in the file.")
                continue
            yield from _slide(package, slide, source)


def attribute_id(element: Element) -> str:
    """Return the relation's id of a slide, which has the same local name as its number."""
    return next((value for key, value in element.attrib.items() if key.endswith("}id")), "")


def _slide(package: Package, name: str, source: Source) -> Iterator[Read]:
    found = relations(package, name)
    note_links(found, source.facts)
    titles: list[Lump] = []
    rest: list[Lump] = []
    for _, element in package.units(name, ("sp", "graphicFrame")):
        if local(element.tag) == "graphicFrame":
            rest.extend(_rows(element))
        elif (place := _placeholder(element)) in _TITLES:
            text = one_line(" ".join(_texts(element)))
            titles.append(Lump("heading", text, 1))
            source.facts.title = source.facts.title or text
        elif place not in _FURNITURE:
            rest.extend(_paragraphs(element))
    yield from titles
    yield from rest
    for relation in found.values():
        if relation.kind == "notesSlide":
            yield from _notes(package, relation.target)


def _notes(package: Package, name: str) -> Iterator[Read]:
    for _, element in package.units(name, ("sp",)):
        if _placeholder(element) == "body" and (text := "\n".join(_texts(element))):
            yield Lump("quote", f"Notes: {text}")


def _paragraphs(shape: Element) -> Iterator[Lump]:
    lines = list(_texts(shape))
    if len(lines) > 1 and _placeholder(shape) in ("", "body", "obj"):
        for index, line in enumerate(lines):
            yield Lump("list", f"- {line}", glue=LINE if index else PARAGRAPH)
    else:
        yield from (Lump("paragraph", line) for line in lines)


def _rows(frame: Element) -> Iterator[Lump]:
    glue = PARAGRAPH
    for row in (child for child in frame.iter() if local(child.tag) == "tr"):
        cells = (one_line(" ".join(_texts(cell))) for cell in row if local(cell.tag) == "tc")
        if text := " | ".join(filter(None, cells)):
            yield Lump("table", text, glue=glue)
            glue = LINE


def _texts(element: Element) -> Iterator[str]:
    for child in inner(element):
        if local(child.tag) == "p" and (text := text_of(child).strip()):
            yield text


def _placeholder(shape: Element) -> str:
    """Return what a shape stands for on its slide; "" when it is no placeholder."""
    place = next((child for child in shape.iter() if local(child.tag) == "ph"), None)
    return "" if place is None else attribute(place, "type") or "obj"
