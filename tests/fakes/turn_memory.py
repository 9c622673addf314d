"""Memory banks as a turn sees them: passages and texts that a test lays out."""

from __future__ import annotations

from app.engine.domain.errors import PaddockError
from app.engine.domain.memory import Chunk, Document, DocumentFailure, DocumentState, Hit, SearchRequest, SearchResult


class FakeTurnMemory:
    """Finds `passages` whatever is asked, each in a document of its own; `texts` are those of attached documents."""

    def __init__(self) -> None:
        self.passages: list[str] = []
        self.note = ""
        self.failure: PaddockError | None = None
        self.texts: dict[str, str] = {}
        self.failures: dict[str, str] = {}
        self.states: dict[str, DocumentState] = {}
        self.errors: dict[str, PaddockError] = {}
        self.searches: list[SearchRequest] = []
        self.searched_banks: list[tuple[str, ...]] = []
        self.waited: list[tuple[str, bool]] = []

    async def search(self, bank_ids: tuple[str, ...], request: SearchRequest) -> SearchResult:
        """Return the passages."""
        if self.failure is not None:
            raise self.failure
        self.searches.append(request)
        self.searched_banks.append(bank_ids)
        hits = tuple(_hit(bank_ids[0], number, text) for number, text in enumerate(self.passages))
        return SearchResult(hits=hits[: request.limit], note=self.note)

    async def read(self, bank_id: str, document_id: str, *, searchable: bool) -> Document:
        """Return a document as it is."""
        if document_id in self.errors:
            raise self.errors[document_id]
        self.waited.append((document_id, searchable))
        failure = self.failures.get(document_id)
        return Document(
            id=document_id,
            bank_id=bank_id,
            name=f"{document_id}.txt",
            state="failed" if failure else self.states.get(document_id, "ready"),
            failure=DocumentFailure(code="document_unreadable", message=failure) if failure else None,
        )

    async def text(self, _bank_id: str, document_id: str, limit: int) -> str | None:
        """Return a text within the limit."""
        text = self.texts[document_id]
        return text if len(text) <= limit else None


def _hit(bank_id: str, number: int, text: str) -> Hit:
    chunk = Chunk(
        id=number, document_id=f"d{number}", index=0, text=text, start=10, end=10 + len(text), page=3, label="page 3"
    )
    return Hit(bank_id=bank_id, document_id=f"d{number}", document_name=f"d{number}.txt", chunk=chunk, score=0.9)
