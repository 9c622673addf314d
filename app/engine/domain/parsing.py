"""Words of reading documents: what is asked of a parser and what it yields, in order. No I/O.

A document comes as Opened, then parts and omissions in reading order, then Closed. A part's text is at most
`PART_CHARACTERS` long, so that a document of any size passes through in bounded memory.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Literal, Protocol

from msgspec import Struct

from app.engine.domain.memory import Chunking

PART_CHARACTERS = 65_536

BlockKind = Literal["heading", "paragraph", "list", "code", "table", "quote"]


class ParseLimits(Struct, frozen=True, kw_only=True):
    """What one document may cost: seconds, bytes of memory of the parser, bytes of the file, characters of text."""

    seconds: float = 120.0
    memory_bytes: int = 2 * 1024**3
    file_bytes: int = 2 * 1024**3
    characters: int = 2_000_000_000
    pages: int = 100_000


class ParseRequest(Struct, frozen=True, kw_only=True):
    """A file to read. `name` carries its suffix when `path` has none; `mime` is a hint only.

    `tokenizer` is the path of the embedding model's tokenizer.json; without it words are counted. `ocr` reads pages
    without text by character recognition, where that is installed.
    """

    path: str
    name: str = ""
    mime: str = ""
    chunking: Chunking = Chunking()
    tokenizer: str = ""
    ocr: bool = False
    limits: ParseLimits = ParseLimits()


class Block(Struct, frozen=True, kw_only=True):
    """A stretch of a part: `start` and `end` count from the part's own start. `level` is that of a heading, 1 to 6."""

    kind: BlockKind
    start: int
    end: int
    level: int = 0


class Piece(Struct, frozen=True, kw_only=True):
    """A chunk within a part; offsets count from the part's own start. `words` and `tokens` are those of its text."""

    start: int
    end: int
    headings: tuple[str, ...] = ()
    tokens: int = 0
    words: int = 0


class Opened(Struct, frozen=True, kw_only=True, tag="opened"):
    """The format was recognised. `pages` is 0 when the number is not known beforehand."""

    format: str
    mime: str
    pages: int = 0


class Part(Struct, frozen=True, kw_only=True, tag="part"):
    """A page, a slide, a sheet, or a stretch of a format without pages, cut into pieces (empty for blank pages).

    A page longer than a part may come as several parts of the same number. `done` counts pages read so far.
    """

    text: str
    page: int = 0
    label: str = ""
    blocks: tuple[Block, ...] = ()
    pieces: tuple[Piece, ...] = ()
    done: int = 0


class Omitted(Struct, frozen=True, kw_only=True, tag="omitted"):
    """Something in the document was left out, and why."""

    where: str
    reason: str


class Closed(Struct, frozen=True, kw_only=True, tag="closed"):
    """The document ended. `language` is ISO 639-1 ("" when unsure); `flagged` marks instructions to a model.

    `needs_ocr` tells that pages had no text and character recognition would help. `links` are addresses or file names
    the document points to, `encoding` what its text was decoded from.
    """

    title: str = ""
    language: str = ""
    pages: int = 0
    characters: int = 0
    flagged: bool = False
    needs_ocr: bool = False
    encoding: str = ""
    links: tuple[str, ...] = ()


ParseEvent = Opened | Part | Omitted | Closed


class DocumentParser(Protocol):
    """Reads documents outside of this process."""

    def parse(self, request: ParseRequest) -> AsyncIterator[ParseEvent]:
        """Read a document; raises DocumentUnreadable with the reason in words. Leaving early stops the reading."""
        ...

    async def close(self) -> None:
        """End what runs."""
        ...
