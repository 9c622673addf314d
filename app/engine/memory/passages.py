"""The words of what a search found: chunks and their documents, read once, and how much of the question each holds.

Must not order anything; that is for fusion.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.engine.domain.memory import Document
from app.engine.memory.banks import OpenBank
from app.engine.memory.relevance import Wording
from app.engine.storage.bank_chunks import StoredChunk


class Passages:
    """Chunks of one bank for one question. What a search may not show is not among them.

    `meant` names the documents to show for those whose text they share, where they are not the same.
    """

    def __init__(self, opened: OpenBank, query: str, meant: Mapping[int, int]) -> None:
        self._opened = opened
        self._query = query
        self._meant = meant
        self._asked: set[int] = set()
        self._chunks: dict[int, StoredChunk] = {}
        self._newest: dict[int, int] = {}
        self._documents: dict[int, Document] = {}
        self._wording = Wording(query, ())

    async def judge(self, chunks: Sequence[int]) -> None:
        """Read chunks, and weigh the words of the question by how many of them hold which."""
        await self.read(chunks)
        self._wording = Wording(self._query, [_words_of(stored) for stored in self._chunks.values()])

    async def read(self, chunks: Sequence[int]) -> None:
        """Read chunks that were not read yet."""
        wanted = [chunk for chunk in dict.fromkeys(chunks) if chunk not in self._asked]
        if not wanted:
            return
        self._asked.update(wanted)
        found = await self._opened.chunks.seen(wanted)
        self._chunks |= found
        for stored in found.values():
            self._newest[stored.document] = max(stored.generation, self._newest.get(stored.document, 0))
        missing = {self._owner(stored) for stored in found.values()} - self._documents.keys()
        if missing:
            self._documents |= await self._opened.documents.many(missing)

    @property
    def are_whole(self) -> bool:
        """Whether all that was asked for is there, and no document with both its old and its new text."""
        generations = {(stored.document, stored.generation) for stored in self._chunks.values()}
        return len(generations) == len(self._newest) and len(self._chunks) == len(self._asked)

    def get(self, chunk: int) -> tuple[StoredChunk, Document] | None:
        """Return a chunk with its document, None for one that may not be shown."""
        stored = self._chunks.get(chunk)
        if stored is None or stored.generation != self._newest[stored.document]:
            return None
        document = self._documents.get(self._owner(stored))
        return (stored, document) if document is not None else None

    def _owner(self, stored: StoredChunk) -> int:
        return self._meant.get(stored.document, stored.document)

    def coverage(self, chunk: int) -> float:
        """Return the share of the question that a chunk holds, 0 for one that is not there."""
        stored = self._chunks.get(chunk)
        return self._wording.coverage(_words_of(stored)) if stored is not None else 0.0


def _words_of(stored: StoredChunk) -> str:
    return " ".join((*stored.chunk.headings, stored.chunk.text))
