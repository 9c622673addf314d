"""Reads documents in this process, for tests of readers: what came out, sorted by kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.engine.domain.parsing import Closed, Omitted, Opened, ParseRequest, Part
from app.engine.memory.parsing.host import read

if TYPE_CHECKING:
    from pathlib import Path


class Outcome:
    """The events of one document."""

    def __init__(self, request: ParseRequest) -> None:
        events = list(read(request))
        assert isinstance(events[0], Opened)
        assert isinstance(events[-1], Closed)
        self.opened, self.closed = events[0], events[-1]
        self.parts = [event for event in events if isinstance(event, Part)]
        self.omitted = [event for event in events if isinstance(event, Omitted)]

    @property
    def text(self) -> str:
        """The text of the whole document."""
        return "".join(part.text for part in self.parts)

    def blocks(self, kind: str) -> list[str]:
        """Return the texts of the blocks of a kind."""
        return [part.text[b.start : b.end] for part in self.parts for b in part.blocks if b.kind == kind]

    @property
    def headings(self) -> list[tuple[int, str]]:
        """The headings with their levels."""
        return [(b.level, p.text[b.start : b.end]) for p in self.parts for b in p.blocks if b.kind == "heading"]


def read_file(path: Path, **asked: object) -> Outcome:
    """Read a file."""
    return Outcome(ParseRequest(path=str(path), **asked))


def read_bytes(folder: Path, name: str, content: bytes | str, **asked: object) -> Outcome:
    """Write a file and read it."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_file(path, **asked)
