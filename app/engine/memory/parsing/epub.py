"""Reads e-books chapter by chapter in the order of their spine. Chapters are read as HTML."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from urllib.parse import unquote

from app.engine.domain.parsing import Omitted
from app.engine.memory.parsing.encodings import decode
from app.engine.memory.parsing.guards import Package, attribute, local, units
from app.engine.memory.parsing.html import flow
from app.engine.memory.parsing.reading import Lump, Read, Source, Turn
from app.engine.memory.parsing.refusals import unreadable

_CHAPTER_BYTES = 64 * 1024 * 1024
_LABEL_CHARACTERS = 80
_LOCKS = "META-INF/encryption.xml"
# Fonts may be obfuscated; that is no lock.
_FONT_LOCKS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")


def read(source: Source) -> Iterator[Read]:
    """Read the chapters; each is a page, named by its first heading."""
    with Package(source) as package:
        for _, element in package.units(_LOCKS, ("EncryptionMethod",)):
            if attribute(element, "Algorithm") not in _FONT_LOCKS:
                raise unreadable("document_encrypted", "it is sold with a lock")
        chapters = _spine(package, source)
        source.facts.pages = len(chapters)
        for number, name in enumerate(chapters, 1):
            if name not in package.names:
                yield Turn(number, f"Chapter {number}")
                yield Omitted(where=f"Chapter {number}", reason="The chapter is missing in the file.")
                continue
            title, source.facts.title = source.facts.title, "-"
            lumps = list(flow(decode(package.read(name, _CHAPTER_BYTES)), source))
            source.facts.title = title
            yield Turn(number, _label(lumps, number))
            yield from lumps


def _label(lumps: list[Lump], number: int) -> str:
    heading = next((lump.text for lump in lumps[:5] if lump.kind == "heading"), "")
    return heading[:_LABEL_CHARACTERS] or f"Chapter {number}"


def _spine(package: Package, source: Source) -> list[str]:
    """Return the names of the chapters' members in reading order."""
    roots = [attribute(element, "full-path") for _, element in package.units("META-INF/container.xml", ("rootfile",))]
    root = next((name for name in roots if name in package.names), "")
    if not root:
        raise unreadable("document_damaged", "it does not say where its book is")
    items: dict[str, str] = {}
    order: list[str] = []
    with package.open(root) as member:
        for _, element in units(member, ("item", "itemref", "title"), doctype=True):
            kind = local(element.tag)
            if kind == "item" and "html" in attribute(element, "media-type"):
                href = unquote(attribute(element, "href"))
                items[attribute(element, "id")] = posixpath.normpath(posixpath.join(posixpath.dirname(root), href))
            elif kind == "itemref":
                order.append(attribute(element, "idref"))
            elif kind == "title" and not source.facts.title:
                source.facts.title = (element.text or "").strip()
    return [items[name] for name in order if name in items]
