"""Reads plain text and source code, line by line in bounded memory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from app.engine.domain.parsing import BlockKind, Omitted
from app.engine.memory.parsing.encodings import text_lines
from app.engine.memory.parsing.reading import LINE, PARAGRAPH, Lump, Read, Source

ADDRESS = re.compile(r"https?://[^\s<>\"'`\])}]{1,1000}")
# A paragraph is passed on at this length even when no blank line ends it.
_MOST_CHARACTERS = 8_192


def read_text(source: Source) -> Iterator[Read]:
    """Read paragraphs, which blank lines divide."""
    yield from paragraphs(text_lines(source), source)


def read_code(source: Source) -> Iterator[Read]:
    """Read source code: what blank lines before an unindented line divide stays together."""
    gathered: list[str] = []
    length, glue, blanks = 0, PARAGRAPH, 0
    for line in text_lines(source):
        if isinstance(line, Omitted):
            yield line
            continue
        if not line.strip():
            blanks += 1
            continue
        breaks = blanks > 0 and not line[0].isspace()
        if gathered and (breaks or length + len(line) > _MOST_CHARACTERS):
            yield _lump("code", gathered, glue, source)
            gathered, length = [], 0
            glue = LINE * (blanks + 1)
        elif gathered:
            gathered.append(LINE * blanks)
        gathered.append(line)
        length += len(line) + blanks
        blanks = 0
    if gathered:
        yield _lump("code", gathered, glue, source)


def paragraphs(lines: Iterable[str | Omitted], source: Source, kind: BlockKind = "paragraph") -> Iterator[Read]:
    """Gather lines to paragraphs; a line that comes in stretches stays one paragraph."""
    gathered: list[str] = []
    length, glue = 0, PARAGRAPH
    for line in lines:
        if isinstance(line, Omitted):
            yield line
            continue
        blank = not line.strip()
        if gathered and (blank or length + len(line) > _MOST_CHARACTERS):
            goes_on = "" if blank else LINE if gathered[-1].endswith("\n") else " "
            yield _lump(kind, gathered, glue, source)
            gathered, length, glue = [], 0, goes_on or PARAGRAPH
        elif blank:
            glue = PARAGRAPH
        if not blank:
            gathered.append(line)
            length += len(line)
    if gathered:
        yield _lump(kind, gathered, glue, source)


def note_addresses(text: str, source: Source) -> None:
    """Note the web addresses in a text."""
    if "://" in text:
        for found in ADDRESS.findall(text):
            source.facts.link(found.rstrip(".,;:!?"))


def _lump(kind: BlockKind, lines: list[str], glue: str, source: Source) -> Lump:
    text = "".join(lines)
    note_addresses(text, source)
    return Lump(kind, text, glue=glue)
