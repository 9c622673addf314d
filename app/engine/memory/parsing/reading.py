"""What the readers of formats share: the source they read, and the lumps they make of it. No format is known here.

A reader is a generator: it takes a Source and yields Turn (a new page), Lump (a stretch of text of one kind) and
Omitted, in reading order. What it learns beside the text it writes into the source's facts. It never holds more than
about a page, because a document may be larger than memory.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from app.engine.domain.parsing import BlockKind, Omitted, ParseLimits, ParseRequest

PARAGRAPH = "\n\n"
LINE = "\n"
_LINKS = 2_000
_LINK_CHARACTERS = 2_000


class Lump(NamedTuple):
    """A stretch of text of one kind; `glue` is what stands between it and the lump before."""

    kind: BlockKind
    text: str
    level: int = 0
    glue: str = PARAGRAPH


class Turn(NamedTuple):
    """A page, a slide or a sheet begins."""

    page: int = 0
    label: str = ""


Read = Lump | Turn | Omitted


class Facts:
    """What is learned of a document beside its text. `pages` is known before the first page where the format tells."""

    def __init__(self) -> None:
        self.title = ""
        self.encoding = ""
        self.pages = 0
        self.needs_ocr = False
        self._links: dict[str, None] = {}

    @property
    def links(self) -> tuple[str, ...]:
        """The addresses found, each once."""
        return tuple(self._links)

    def link(self, address: str | None) -> None:
        """Note an address the document points to; anchors within it and data are left out."""
        address = (address or "").strip()
        usable = bool(address) and len(address) <= _LINK_CHARACTERS and len(self._links) < _LINKS
        if usable and not address.startswith(("#", "data:", "javascript:")):
            self._links[address] = None


class Source:
    """The file that is read, and the facts about it."""

    def __init__(self, request: ParseRequest, head: bytes) -> None:
        self.request = request
        self.path = Path(request.path)
        self.name = request.name or self.path.name
        self.head = head
        self.size = os.path.getsize(request.path)
        self.facts = Facts()

    @property
    def limits(self) -> ParseLimits:
        """What reading may cost."""
        return self.request.limits

    @property
    def suffix(self) -> str:
        """The suffix of the name in small letters, without its dot."""
        return os.path.splitext(self.name)[1][1:].lower()


Reader = Callable[[Source], Iterator[Read]]
