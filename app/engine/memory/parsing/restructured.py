"""Reads reStructuredText line by line: headings by their lines below, code after "::", lists, tables."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.engine.domain.parsing import BlockKind, Omitted
from app.engine.memory.parsing.encodings import text_lines
from app.engine.memory.parsing.plain import note_addresses
from app.engine.memory.parsing.reading import Lump, Read, Source

_RULE = re.compile(r"([=\-`:'\"~^_*+#<>.])\1{2,}\s*$")
_ITEM = re.compile(r"\s*(?:[-*+•]|\d{1,9}[.)]|#\.)\s+\S")
_TABLE = re.compile(r"\s*(?:\+[-=+]+\+|\|.*\||={2,}( +={2,})+)\s*$")
_DIRECTIVE = re.compile(r"\.\. (?:code|code-block|sourcecode|literalinclude|math)::")
_COMMENT = re.compile(r"\.\. (?![\w:-]+::|_|\[)")
_REFERENCE = re.compile(r"<([a-z]+://[^>\s]+)>`_|^\.\. _[^:]+: (\S+)", re.MULTILINE)
_MOST_LINES = 400


class _Scanner:
    """Gathers lines to blocks, which blank lines divide."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._lines: list[str] = []
        self._marks: list[str] = []
        self._code = False

    def line(self, line: str) -> Iterator[Lump]:
        """Take one line; yields the lumps it ends."""
        if line.strip() and not (self._code and self._lines and not line[0].isspace()):
            self._lines.append(line)
            if len(self._lines) > _MOST_LINES or not line.endswith("\n"):
                yield from self.end()
        elif line.strip():
            yield from self.end()
            self._code = False
            self._lines.append(line)
        elif self._code and self._lines:
            self._lines.append(line)
        else:
            yield from self.end()

    def end(self) -> Iterator[Lump]:
        """Yield what is gathered."""
        lines, self._lines = self._lines, []
        while lines and _RULE.match(lines[0]) and not (len(lines) > 1 and _TABLE.match(lines[0])):
            mark, lines = lines[0][0] * 2, lines[1:]
            if len(lines) >= 2 and _RULE.match(lines[1]):
                yield self._heading(lines[0], mark)
                lines = lines[2:]
        if len(lines) >= 2 and _RULE.match(lines[1]) and lines[0].strip() and not _TABLE.match(lines[1]):
            yield self._heading(lines[0], lines[1][0])
            lines = lines[2:]
        if lines:
            yield from self._block(lines)

    def _block(self, lines: list[str]) -> Iterator[Lump]:
        text = "".join(lines)
        indented = lines[0][0].isspace()
        code = self._code and indented
        self._code = text.rstrip().endswith("::") or bool(_DIRECTIVE.match(text)) or (code and indented)
        if _COMMENT.match(text):
            return
        note_addresses(text, self._source)
        for found in _REFERENCE.findall(text):
            self._source.facts.link(found[0] or found[1])
        kind: BlockKind = "code" if code else _kind(lines, indented=indented)
        yield Lump(kind, text)

    def _heading(self, line: str, mark: str) -> Lump:
        if mark not in self._marks:
            self._marks.append(mark)
        text = line.strip()
        self._source.facts.title = self._source.facts.title or text
        return Lump("heading", text, min(6, self._marks.index(mark) + 1))


def _kind(lines: list[str], *, indented: bool) -> BlockKind:
    if _TABLE.match(lines[0]):
        return "table"
    if _ITEM.match(lines[0]):
        return "list"
    return "quote" if indented else "paragraph"


def read(source: Source) -> Iterator[Read]:
    """Read a reStructuredText file."""
    scanner = _Scanner(source)
    for line in text_lines(source):
        if isinstance(line, Omitted):
            yield line
        else:
            yield from scanner.line(line)
    yield from scanner.end()
