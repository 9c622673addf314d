"""Finds chunks in banks: both legs, fused by how far each can be trusted, reranked when asked. Changes nothing.

The index only names chunks; their words come from the bank's database, so that a search never shows what is not live.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from app.engine.domain.embeddings import Embedder, Ranked
from app.engine.domain.errors import InvalidRequest, PaddockError, StorageFailed
from app.engine.domain.memory import Bank, Document, Hit, LegScores, SearchMode, SearchRequest, SearchResult
from app.engine.memory.banks import Banks, OpenBank
from app.engine.memory.filters import matches
from app.engine.memory.fusion import Candidate, fuse, weigh
from app.engine.memory.passages import Passages
from app.engine.memory.relevance import relevance
from app.engine.runtime.tracing import span
from app.engine.storage.bank_chunks import StoredChunk
from app.engine.storage.lance.client import IndexClient
from app.engine.storage.lance.wire import Find, Place

# Candidates of each leg; more cost time and hardly ever reach the first ten.
CANDIDATES = 30
# Hits of each leg beyond the limit that are read at once: some fall away, and words are weighed by all of them.
SLACK = 5
RERANKED = 20
# A document that is replaced between the look into the index and the one into the database is looked for again.
LOOKS = 4
# What a fully trusted vector leg counts; the keyword leg counts the rest. Never worse than the better leg by more than
# 0.01 nDCG@10, and better on average (`dev.py bench retrieval`).
VECTOR_WEIGHT = 0.6

OpenEmbedder = Callable[[str], Awaitable[Embedder]]
Rerank = Callable[[str, str, tuple[str, ...]], Awaitable[tuple[Ranked, ...]]]


class _Look(NamedTuple):
    """What one look found: candidates of the index in their order, and what the database has of the first of them."""

    mode: SearchMode
    candidates: list[Candidate]
    passages: Passages


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
        look, more = await self._look_until_whole(opened, request, mode, allowed)
        mode = look.mode
        hits = await self._hits(opened, request, look)
        if request.rerank:
            hits = _bounded(await self._reranked(request, hits), request)
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
        self, opened: OpenBank, request: SearchRequest, mode: SearchMode, allowed: Mapping[int, int] | None
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
            elif look.passages.are_whole:
                break
        return look, note

    async def _look(
        self,
        opened: OpenBank,
        request: SearchRequest,
        mode: SearchMode,
        allowed: Mapping[int, int] | None,
        place: Place,
        vector: bytes,
    ) -> _Look:
        found = await self._index.find(
            Find(
                place=place,
                text="" if mode == "vector" else request.query,
                vector=b"" if mode == "keyword" else vector,
                documents=tuple(allowed) if allowed is not None else None,
                limit=max(CANDIDATES, request.limit),
            )
        )
        vectors = list(zip(found.vector_ids, found.similarities, strict=True))
        words = list(zip(found.keyword_ids, found.scores, strict=True))
        passages = Passages(opened, request.query, allowed or {})
        await passages.judge([chunk for leg in (words, vectors) for chunk, _score in leg[: request.limit + SLACK]])
        return _Look(mode, _fused(opened.bank, request, mode, vectors, words, passages), passages)

    async def _query_vector(self, bank: Bank, query: str) -> bytes:
        embedder = await self._open_embedder(bank.embedding_model)
        if bank.embedding_sha256 and embedder.model.sha256 != bank.embedding_sha256:
            raise InvalidRequest(
                f"“{bank.name}” was embedded with another version of {bank.embedding_model}.",
                hint="Change its embedding model to the one that is installed.",
                code="embedding_model_changed",
            )
        return (await embedder.embed((query,), "query")).data

    async def _hits(self, opened: OpenBank, request: SearchRequest, look: _Look) -> list[Hit]:
        """Return as many hits as are asked for, reading on where candidates fall away."""
        trust = _trust(opened.bank)
        wanted = max(request.limit, RERANKED) if request.rerank else request.limit
        hits: list[Hit] = []
        for begin in range(0, len(look.candidates), wanted):
            some = look.candidates[begin : begin + wanted]
            await look.passages.read([candidate.id for candidate in some])
            for candidate in some:
                if (found := look.passages.get(candidate.id)) is not None:
                    stored, document = found
                    score = relevance(candidate, look.passages.coverage(candidate.id), trust)
                    hits.append(_hit(opened.bank, document, stored, candidate, score))
            kept = _bounded(hits, request, wanted)
            if len(kept) >= wanted:
                break
        return _bounded(hits, request, wanted)

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
    return vector, request.keyword_weight if request.keyword_weight is not None else 1.0 - min(1.0, vector)


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


def _bounded(hits: Sequence[Hit], request: SearchRequest, limit: int | None = None) -> list[Hit]:
    """Return the hits that are relevant enough, no more of one document and no more in all than asked for."""
    kept: list[Hit] = []
    counts: dict[str, int] = {}
    for hit in hits:
        if hit.score < request.min_score and hit.legs.rerank is None and not request.rerank:
            continue
        counts[hit.document_id] = counts.get(hit.document_id, 0) + 1
        if not request.per_document or counts[hit.document_id] <= request.per_document:
            kept.append(hit)
    return kept[: limit or request.limit]


def _fused(
    bank: Bank,
    request: SearchRequest,
    mode: SearchMode,
    vectors: Sequence[tuple[int, float]],
    words: Sequence[tuple[int, float]],
    passages: Passages,
) -> list[Candidate]:
    vector_weight, keyword_weight = _weights(bank, request, mode)
    if request.fusion == "rrf":
        constant = request.rank_constant
        return fuse(vectors, words, vector_weight=vector_weight, keyword_weight=keyword_weight, constant=constant)
    # A leg that speaks alone need not be weighed against the other.
    coverage = passages.coverage(words[0][0]) if vectors and words and vector_weight > 0 else 1.0
    return weigh(vectors, words, vector_weight=vector_weight, keyword_weight=keyword_weight, coverage=coverage)


def _context(hit: Hit) -> str:
    return "\n".join(filter(None, (" › ".join(hit.chunk.headings), hit.chunk.text)))
