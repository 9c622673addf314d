"""Reads Markdown as it is written, line by line: its text is kept, its headings, code, tables and lists are marked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from app.engine.domain.parsing import BlockKind, Omitted
from app.engine.memory.parsing.encodings import text_lines
from app.engine.memory.parsing.plain import note_addresses
from app.engine.memory.parsing.reading import LINE, PARAGRAPH, Lump, Read, Source

_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)\s*$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_ITEM = re.compile(r"\s{0,12}(?:[-*+]|\d{1,9}[.)])\s+\S")
_ROW = re.compile(r"\s*\|.*\|\s*$|[^|\n]+\|[^|\n]+\|")
_LINK = re.compile(r"\]\(<?([^\s)>]+)")
_REFERENCE = re.compile(r"^\[[^\]]+\]:\s*<?([^\s>]+)", re.MULTILINE)
_FRONT_TITLE = re.compile(r"^title:\s*[\"']?(.+?)[\"']?\s*$", re.IGNORECASE)
_MOST_CHARACTERS = 8_192
_FRONT_LINES = 200


class _Scanner:
    """Gathers lines to lumps of one kind."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._lines: list[str] = []
        self._length = 0
        self._kind: BlockKind = "paragraph"
        self._fence = ""
        self._glue = PARAGRAPH

    def line(self, line: str) -> Iterator[Lump]:
        """Take one line; yields the lumps it ends."""
        if self._fence:
            self._keep(line)
            if line.strip().startswith(self._fence) and not line.strip().strip(self._fence[0]):
                self._fence = ""
                yield from self.end()
        elif fence := _FENCE.match(line):
            yield from self.end()
            self._fence, self._kind = fence.group(1), "code"
            self._keep(line)
        elif not line.strip():
            yield from self.end()
        else:
            yield from self._text(line)
        if self._length > _MOST_CHARACTERS:
            glue = LINE if line.endswith("\n") else " "
            kind = self._kind
            yield from self.end(glue)
            self._kind = kind

    def end(self, glue: str = PARAGRAPH) -> Iterator[Lump]:
        """Yield what is gathered."""
        if self._lines:
            text = "".join(self._lines)
            self._note(text)
            yield Lump(self._kind, text, glue=self._glue)
        self._lines, self._length, self._kind, self._glue = [], 0, "paragraph", glue

    def _text(self, line: str) -> Iterator[Lump]:
        if heading := _HEADING.match(line):
            yield from self.end()
            yield self._heading(heading.group(2), len(heading.group(1)))
        elif (under := _UNDERLINE.match(line)) and len(self._lines) == 1 and self._kind == "paragraph":
            text, self._lines = self._lines[0], []
            yield self._heading(text, 1 if under.group(1)[0] == "=" else 2)
            yield from self.end()
        else:
            kind = self._kind_of(line)
            if kind != self._kind and self._lines:
                yield from self.end(LINE)
            self._kind = kind
            self._keep(line)

    def _kind_of(self, line: str) -> BlockKind:
        if _ROW.match(line):
            return "table"
        if _ITEM.match(line):
            return "list"
        if line.lstrip().startswith(">"):
            return "quote"
        if line.startswith(("    ", "\t")) and not self._lines:
            return "code"
        # A line without a mark of its own goes on with what is there, but no table does.
        return self._kind if self._lines and self._kind != "table" else "paragraph"

    def _heading(self, text: str, level: int) -> Lump:
        self._note(text)
        plain = text.strip().replace("**", "").replace("`", "")
        if not self._source.facts.title and level == 1:
            self._source.facts.title = plain
        return Lump("heading", plain, level)

    def _keep(self, line: str) -> None:
        self._lines.append(line)
        self._length += len(line)

    def _note(self, text: str) -> None:
        if "](" in text or "]:" in text:
            for found in (*_LINK.findall(text), *_REFERENCE.findall(text)):
                self._source.facts.link(found)
        note_addresses(text, self._source)


def read(source: Source) -> Iterator[Read]:
    """Read a Markdown file; front matter gives the title and is no text."""
    yield from scan(text_lines(source), source)


def scan(lines: Iterable[str | Omitted], source: Source) -> Iterator[Read]:
    """Read lines of Markdown from wherever they come."""
    scanner = _Scanner(source)
    front = 0
    for number, line in enumerate(lines):
        if isinstance(line, Omitted):
            yield line
        elif number == 0 and line.strip() == "---":
            front = _FRONT_LINES
        elif front:
            front = 0 if line.strip() in ("---", "...") else front - 1
            if (title := _FRONT_TITLE.match(line)) and not source.facts.title:
                source.facts.title = title.group(1)
        else:
            yield from scanner.line(line)
    yield from scanner.end()
