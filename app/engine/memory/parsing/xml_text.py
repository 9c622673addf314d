"""Reads XML of any kind: the text of every element, by its name. Entities a file defines itself are refused."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

from app.engine.memory.parsing.cleaning import one_line
from app.engine.memory.parsing.guards import checked, local
from app.engine.memory.parsing.html import flow
from app.engine.memory.parsing.reading import LINE, PARAGRAPH, Lump, Read, Source
from app.engine.memory.parsing.refusals import unreadable

_TITLES = ("title", "name")
_LINKS = ("href", "url", "src")


def read(source: Source) -> Iterator[Read]:
    """Read the text of the elements as lines "name: text"."""
    glue = PARAGRAPH
    source.facts.encoding = "utf-8"
    with open(source.path, "rb") as file:
        try:
            for _, element in ElementTree.iterparse(checked(file, doctype=True), ("end",)):
                name = local(element.tag)
                for key, value in element.attrib.items():
                    if local(key) in _LINKS:
                        source.facts.link(value)
                text = (element.text or "").strip()
                if name == "link" and text.startswith("http"):
                    source.facts.link(text)
                elif text.startswith("<") and text.endswith(">"):  # feeds carry HTML as text
                    yield from flow(text, source)
                elif text:
                    if name in _TITLES and not source.facts.title:
                        source.facts.title = one_line(text)
                    yield Lump("table", f"{name}: {one_line(text)}", glue=glue)
                    glue = LINE
                if tail := one_line(element.tail or ""):
                    yield Lump("table", tail, glue=glue)
                element.clear()
        except (ElementTree.ParseError, LookupError) as error:
            raise unreadable("document_damaged", str(error)) from error
