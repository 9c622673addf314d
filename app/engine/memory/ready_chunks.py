"""Passages that an app cut itself: kept by the bank as one JSON file a document, and read as they are.

A document of such passages goes the way of all documents (waiting, embedding, indexing), but no parser and no chunker
sees it: every passage is one part with one piece. So its text stays as it was given, to the character. Embeds nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from app.engine.domain.errors import DocumentUnreadable
from app.engine.domain.memory import Attributes, ReadyChunk
from app.engine.domain.parsing import Closed, DocumentParser, Opened, ParseEvent, ParseRequest, Part, Piece
from app.engine.memory.chunking import count_words

MIME = "application/vnd.paddock.chunks+json"
_TOGETHER = 256


def encode(chunks: Iterable[ReadyChunk]) -> bytes:
    """Return passages as they are kept."""
    return msgspec.json.encode(tuple(chunks))


def decode(content: bytes) -> tuple[ReadyChunk, ...]:
    """Return kept passages; raises DocumentUnreadable."""
    try:
        return msgspec.json.decode(content, type=tuple[ReadyChunk, ...])
    except msgspec.DecodeError as error:
        raise DocumentUnreadable("What was kept of its passages is damaged.", hint="Insert them again.") from error


def merged(old: Iterable[ReadyChunk], fresh: Iterable[ReadyChunk]) -> tuple[ReadyChunk, ...]:
    """Return both, in the order they first came; a fresh passage takes the place of the old one of its id."""
    return tuple({chunk.id: chunk for chunk in (*old, *fresh)}.values())


def shared_attributes(chunks: Sequence[ReadyChunk]) -> Attributes:
    """Return what all passages say alike in their metadata, as far as it can be an attribute of the document."""
    first: Mapping[str, object] = chunks[0].metadata if chunks else {}
    return {
        key: value
        for key, value in first.items()
        if isinstance(value, str | int | float) and all(chunk.metadata.get(key) == value for chunk in chunks)
    }


class ReadyChunkParser:
    """Reads kept passages itself and leaves every other document to another parser."""

    def __init__(self, other: DocumentParser) -> None:
        self._other = other
        self.close = other.close

    def parse(self, request: ParseRequest) -> AsyncIterator[ParseEvent]:
        """Read a document; raises DocumentUnreadable."""
        return _parts(Path(request.path)) if request.mime == MIME else self._other.parse(request)


async def _parts(path: Path) -> AsyncIterator[ParseEvent]:
    chunks = await asyncio.to_thread(lambda: decode(path.read_bytes()))
    yield Opened(format="Passages", mime=MIME)
    for number, chunk in enumerate(chunks, 1):
        words = count_words(chunk.text)
        piece = Piece(start=0, end=len(chunk.text), tokens=words, words=words)
        yield Part(text=chunk.text, label=chunk.id, pieces=(piece,), done=number)
        if number % _TOGETHER == 0:
            await asyncio.sleep(0)
    yield Closed(characters=sum(len(chunk.text) for chunk in chunks))
