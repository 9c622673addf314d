"""What the three Office formats (docx, pptx, xlsx) share: relations between their members, the title, the text of runs.

The formats are those of ECMA-376.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import NamedTuple

from app.engine.memory.parsing.guards import Element, Package, attribute, local
from app.engine.memory.parsing.reading import Facts

# Beside text boxes, Office writes them once more for programs that do not know them.
_LEFT_OUT = frozenset(("Fallback", "del", "moveFrom", "rPh", "pPr", "rPr"))


class Relation(NamedTuple):
    """A member points to another one, or to an address outside."""

    kind: str
    target: str
    outside: bool


def relations(package: Package, name: str) -> dict[str, Relation]:
    """Return the relations of a member by their ids; targets are names of members or addresses."""
    folder, file = posixpath.split(name)
    found = {}
    for _, element in package.units(posixpath.join(folder, "_rels", f"{file}.rels"), ("Relationship",)):
        outside = attribute(element, "TargetMode") == "External"
        target = attribute(element, "Target")
        if not outside:
            target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        kind = attribute(element, "Type").rpartition("/")[2]
        found[attribute(element, "Id")] = Relation(kind, target, outside)
    return found


def main_member(package: Package, usual: str) -> str:
    """Return the name of the member that a package begins with."""
    for relation in relations(package, "").values():
        if relation.kind == "officeDocument" and relation.target in package.names:
            return relation.target
    return usual


def note_title(package: Package, facts: Facts) -> None:
    """Note the title among the properties of the file."""
    for _, element in package.units("docProps/core.xml", ("title",)):
        facts.title = (element.text or "").strip()


def note_links(found: dict[str, Relation], facts: Facts) -> None:
    """Note the addresses that a member points to."""
    for relation in found.values():
        if relation.outside and relation.kind == "hyperlink":
            facts.link(relation.target)


def inner(element: Element) -> Iterator[Element]:
    """Yield the elements within one in order, without what was deleted or is written twice; no recursion."""
    waiting = list(reversed(element))
    while waiting:
        child = waiting.pop()
        if local(child.tag) in _LEFT_OUT:
            continue
        yield child
        waiting.extend(reversed(child))


def text_of(element: Element) -> str:
    """Return the text of the runs within an element, with its tabs and line breaks."""
    texts = []
    for child in inner(element):
        name = local(child.tag)
        if name == "t":
            texts.append(child.text or "")
        elif name == "tab":
            texts.append("\t")
        elif name in ("br", "cr"):
            texts.append("\n")
        elif name == "noBreakHyphen":
            texts.append("-")
    return "".join(texts)
