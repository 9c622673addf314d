"""Finds chunks in banks: both legs, fused by how far each can be trusted, reranked when asked. Changes nothing.

The index only names chunks; their words come from the bank's database, so that a search never shows what is not live.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence

import msgspec
from msgspec import Struct

from app.engine.domain.embeddings import Embedder, Ranked
from app.engine.domain.errors import InvalidRequest, PaddockError, StorageFailed
from app.engine.domain.memory import Bank, Document, Hit, LegScores, SearchMode, SearchRequest, SearchResult
from app.engine.memory.banks import Banks, OpenBank
from app.engine.memory.filters import matches
from app.engine.memory.fusion import Candidate, fuse
from app.engine.memory.relevance import Wording, relevance
from app.engine.runtime.tracing import span
from app.engine.storage.bank_chunks import StoredChunk
from app.engine.storage.lance.client import IndexClient
from app.engine.storage.lance.wire import Find, Place

# Candidates of each leg; more cost time and hardly ever reach the first ten.
CANDIDATES = 50
RERANKED = 20
# A document that is replaced between the look into the index and the one into the database is looked for again.
LOOKS = 4
# What a fully trusted vector leg counts beside the keyword leg: a little less is never worse than the better leg and
# better on average (`dev.py bench retrieval`).
VECTOR_WEIGHT = 0.7

OpenEmbedder = Callable[[str], Awaitable[Embedder]]
Rerank = Callable[[str, str, tuple[str, ...]], Awaitable[tuple[Ranked, ...]]]


class _Look(Struct, frozen=True):
    """What one look found: candidates of the index, and those of them that the database has."""

    mode: SearchMode
    candidates: list[Candidate]
    chunks: dict[int, StoredChunk]

    @property
    def is_whole(self) -> bool:
        """Whether the two agree, and no document is there with its old and its new text."""
        generations = {(chunk.document, chunk.generation) for chunk in self.chunks.values()}
        one_each = len(generations) == len({document for document, _generation in generations})
        return one_each and len(self.chunks) == len(self.candidates)

    def newest(self) -> dict[int, StoredChunk]:
        """Return the chunks, of each document those of one generation."""
        newest: dict[int, int] = {}
        for chunk in self.chunks.values():
            newest[chunk.document] = max(chunk.generation, newest.get(chunk.document, 0))
        return {number: chunk for number, chunk in self.chunks.items() if chunk.generation == newest[chunk.document]}


class Searcher:
    """Lives in the engine loop."""

    def __init__(self, banks: Banks, index: IndexClient, open_embedder: OpenEmbedder, rerank: Rerank) -> None:
        self._banks = banks
        self._index = index
        self._open_embedder = open_embedder
        self._rerank = rerank

    async def search(self, bank_ids: Sequence[str], request: SearchRequest) -> SearchResult:
        """Return hits of all banks in one order, by relevance where there are several banks; raises InvalidRequest."""
        if not request.query.strip():
            raise InvalidRequest("The query is empty.", hint="Say what to look for.", param="query")
        started = time.perf_counter()
        with span("memory.search", banks=len(bank_ids), mode=request.mode):
            results = [await self._search_bank(await self._banks.open(each), request) for each in bank_ids]
        hits = [hit for result in results for hit in result.hits]
        if len(results) > 1:
            hits.sort(key=lambda hit: -hit.score)
        notes = dict.fromkeys(result.note for result in results if result.note)
        return SearchResult(
            hits=tuple(hits[: request.limit]),
            mode=results[0].mode if results else request.mode,
            note=" ".join(notes),
            seconds=time.perf_counter() - started,
        )

    async def _search_bank(self, opened: OpenBank, request: SearchRequest) -> SearchResult:
        bank = opened.bank
        if bank.type == "keyvalue":
            raise InvalidRequest(f"“{bank.name}” holds keys and values; look them up by key.", param="bank_id")
        mode, note = _possible_mode(bank, request.mode)
        allowed = await self._allowed(opened, request)
        if allowed is not None and not allowed:
            return SearchResult(mode=mode, note=note)
        numbers = tuple(allowed) if allowed is not None else None
        look, more = await self._look_until_whole(opened, request, mode, numbers)
        mode = look.mode
        hits = await self._hits(opened, request, look, allowed or {})
        if request.rerank:
            hits = await self._reranked(request, hits)
        hits = _bounded([hit for hit in hits if hit.score >= request.min_score], request)
        if request.around:
            hits = [await self._with_neighbours(opened, hit, request.around) for hit in hits]
        return SearchResult(hits=tuple(hits), mode=mode, note=" ".join(filter(None, (note, more))))

    async def _allowed(self, opened: OpenBank, request: SearchRequest) -> dict[int, int] | None:
        """Return the documents that are meant, by the number their text stands under; None for all."""
        wanted = request.filter
        if wanted is None:
            return None
        return await opened.documents.select(lambda document: matches(wanted, document.attributes))

    async def _look_until_whole(
        self, opened: OpenBank, request: SearchRequest, mode: SearchMode, allowed: tuple[int, ...] | None
    ) -> tuple[_Look, str]:
        """Look into index and database until both show the same: a document may be replaced between the two looks."""
        vector, note = b"", ""
        for attempt in range(LOOKS):
            place = opened.place
            if mode != "keyword" and (not vector or len(vector) != 4 * place.dimension):
                try:
                    vector = await self._query_vector(opened.bank, request.query)
                except PaddockError as error:
                    if mode == "vector":
                        raise
                    mode, note = "keyword", f"Searched by words only: {error.message}"
            try:
                look = await self._look(opened, request, mode, allowed, place, vector)
            except StorageFailed:
                if place == opened.place or attempt + 1 == LOOKS:
                    raise
                continue
            if place != opened.place:
                vector = b""  # the bank may have moved to another model
            elif look.is_whole:
                break
        return look, note

    async def _look(
        self,
        opened: OpenBank,
        request: SearchRequest,
        mode: SearchMode,
        allowed: tuple[int, ...] | None,
        place: Place,
        vector: bytes,
    ) -> _Look:
        found = await self._index.find(
            Find(
                place=place,
                text="" if mode == "vector" else request.query,
                vector=b"" if mode == "keyword" else vector,
                documents=allowed,
                limit=max(CANDIDATES, request.limit),
            )
        )
        vector_weight, keyword_weight = _weights(opened.bank, request, mode)
        fused = fuse(
            list(zip(found.vector_ids, found.similarities, strict=True)),
            list(zip(found.keyword_ids, found.scores, strict=True)),
            vector_weight=vector_weight,
            keyword_weight=keyword_weight,
            constant=request.rank_constant,
        )
        # Some candidates may be gone by now; those that follow move up.
        wanted = fused[: max(2 * request.limit, RERANKED) + 10]
        return _Look(mode, wanted, await opened.chunks.seen([candidate.id for candidate in wanted]))

    async def _query_vector(self, bank: Bank, query: str) -> bytes:
        embedder = await self._open_embedder(bank.embedding_model)
        if bank.embedding_sha256 and embedder.model.sha256 != bank.embedding_sha256:
            raise InvalidRequest(
                f"“{bank.name}” was embedded with another version of {bank.embedding_model}.",
                hint="Change its embedding model to the one that is installed.",
                code="embedding_model_changed",
            )
        return (await embedder.embed((query,), "query")).data

    async def _hits(self, opened: OpenBank, request: SearchRequest, look: _Look, meant: Mapping[int, int]) -> list[Hit]:
        chunks = look.newest()
        owners = {number: meant.get(chunk.document, chunk.document) for number, chunk in chunks.items()}
        documents = await opened.documents.many(owners.values())
        wording = Wording(request.query, [chunk.chunk.text for chunk in chunks.values()])
        trust = _trust(opened.bank)
        hits = []
        for candidate in look.candidates:
            stored = chunks.get(candidate.id)
            document = documents.get(owners[candidate.id]) if stored is not None else None
            if stored is not None and document is not None:
                score = relevance(candidate, wording.coverage(_words_of(stored)), trust)
                hits.append(_hit(opened.bank, document, stored, candidate, score))
        return hits

    async def _reranked(self, request: SearchRequest, hits: Sequence[Hit]) -> list[Hit]:
        some, rest = hits[:RERANKED], hits[RERANKED:]
        texts = tuple(_context(hit) for hit in some)
        ranked = await self._rerank(request.rerank, request.query, texts)
        best = [
            msgspec.structs.replace(
                some[each.index],
                score=each.score,
                legs=msgspec.structs.replace(some[each.index].legs, rerank=each.score),
            )
            for each in ranked
        ]
        return [*best, *rest]

    async def _with_neighbours(self, opened: OpenBank, hit: Hit, around: int) -> Hit:
        number = await opened.documents.text_number(hit.document_id)
        place = hit.chunk.index
        found = await opened.chunks.between(number, place - around, place + around)
        before = "\n".join(each.chunk.text for each in found if each.chunk.index < place)
        after = "\n".join(each.chunk.text for each in found if each.chunk.index > place)
        return msgspec.structs.replace(hit, before=before, after=after)


def _possible_mode(bank: Bank, mode: SearchMode) -> tuple[SearchMode, str]:
    if bank.embedding_model or mode == "keyword":
        return mode, ""
    if mode == "vector":
        return "keyword", "This bank has no vectors; it was searched by words."
    return "keyword", ""


def _trust(bank: Bank) -> float:
    return bank.fit.trust if bank.fit is not None else 1.0


def _weights(bank: Bank, request: SearchRequest, mode: SearchMode) -> tuple[float, float]:
    """Return the weights of vectors and words: what is asked for, else what the bank's self-test found."""
    if mode == "vector":
        return 1.0, 0.0
    if mode == "keyword":
        return 0.0, 1.0
    vector = request.vector_weight if request.vector_weight is not None else VECTOR_WEIGHT * _trust(bank)
    return vector, request.keyword_weight if request.keyword_weight is not None else 1.0


def _hit(bank: Bank, document: Document, stored: StoredChunk, candidate: Candidate, score: float) -> Hit:
    legs = LegScores(vector=candidate.similarity, keyword=candidate.bm25, fused=candidate.fused)
    return Hit(
        bank_id=bank.id,
        document_id=document.id,
        document_name=document.name,
        chunk=msgspec.structs.replace(stored.chunk, document_id=document.id),
        score=score,
        legs=legs,
        file_id=document.file_id,
        attributes=document.attributes,
    )


def _bounded(hits: Sequence[Hit], request: SearchRequest) -> list[Hit]:
    kept: list[Hit] = []
    counts: dict[str, int] = {}
    for hit in hits:
        counts[hit.document_id] = counts.get(hit.document_id, 0) + 1
        if not request.per_document or counts[hit.document_id] <= request.per_document:
            kept.append(hit)
    return kept[: request.limit]


def _words_of(stored: StoredChunk) -> str:
    return " ".join((*stored.chunk.headings, stored.chunk.text))


def _context(hit: Hit) -> str:
    return "\n".join(filter(None, (" › ".join(hit.chunk.headings), hit.chunk.text)))
