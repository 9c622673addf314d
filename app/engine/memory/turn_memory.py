"""What a turn sees of memory banks: it can search, wait for a file it was given, and read it whole. Changes nothing."""

from __future__ import annotations

from app.engine.domain.memory import Document, SearchRequest, SearchResult
from app.engine.memory.banks import Banks
from app.engine.memory.ingest import Ingest
from app.engine.memory.searching import Searcher

_READ = ("embedding", "indexing", "ready")
_ENDED = ("ready", "failed", "cancelled")


class BankMemory:
    """Lives in the engine loop."""

    def __init__(self, banks: Banks, searcher: Searcher, ingest: Ingest) -> None:
        self._banks = banks
        self._searcher = searcher
        self._ingest = ingest

    async def search(self, bank_ids: tuple[str, ...], request: SearchRequest) -> SearchResult:
        """Find passages; banks that are gone or hold keys and values are left out."""
        known = {bank.id: bank for bank in self._banks.all()}
        wanted = tuple(each for each in bank_ids if each in known and known[each].type != "keyvalue")
        return await self._searcher.search(wanted, request) if wanted else SearchResult()

    async def read(self, bank_id: str, document_id: str, *, searchable: bool) -> Document:
        """Wait until a document's text is there (or can be searched) or will not be; returns it as it is then."""
        opened = await self._banks.open(bank_id)
        states = _ENDED if searchable else (*_READ, *_ENDED)
        while True:
            moves = self._ingest.moves
            document = await opened.documents.get(document_id)
            if document.state in states or opened.bank.paused or opened.bank.problem:
                return document
            await self._ingest.wait_for_move(moves)

    async def text(self, bank_id: str, document_id: str, limit: int) -> str | None:
        """Return a document's whole text, None when it is longer than `limit` characters."""
        opened = await self._banks.open(bank_id)
        return await opened.chunks.text(await opened.documents.text_number(document_id), limit)
