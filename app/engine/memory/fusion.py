"""Joins the two legs of a search into one order. Pure.

Two ways. `weigh` adds the scores themselves (Bruch, Gai and Ingber, 2023, "An Analysis of Fusion Functions for Hybrid
Retrieval"): cosines as they are, BM25 as a share of the best one and of how much of the question that one holds, so
that a question in other words than the documents' leaves the keyword leg little to say. `fuse` is weighted reciprocal
rank fusion (Cormack, Clarke and Büttcher, 2009), which sees ranks only; apps may ask for it.

Ties go to the keyword leg, then to the older chunk, so that the same search always gives the same order.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import Struct

NOWHERE = 1_000_000


class Candidate(Struct, frozen=True, kw_only=True):
    """A chunk that a leg found. Ranks count from 0; a leg that did not find it has None."""

    id: int
    fused: float
    similarity: float | None = None
    bm25: float | None = None
    vector_rank: int | None = None
    keyword_rank: int | None = None


def fuse(
    vector_leg: Sequence[tuple[int, float]],
    keyword_leg: Sequence[tuple[int, float]],
    *,
    vector_weight: float = 1.0,
    keyword_weight: float = 1.0,
    constant: float = 10.0,
) -> list[Candidate]:
    """Return all candidates, best first. Legs are (chunk, score) pairs, best first; a weight of 0 silences a leg."""
    vectors = {chunk: (rank, score) for rank, (chunk, score) in enumerate(vector_leg)} if vector_weight > 0 else {}
    words = {chunk: (rank, score) for rank, (chunk, score) in enumerate(keyword_leg)} if keyword_weight > 0 else {}

    def join(chunk: int) -> Candidate:
        vector_rank, similarity = vectors.get(chunk, (None, None))
        keyword_rank, bm25 = words.get(chunk, (None, None))
        fused = 0.0 if vector_rank is None else vector_weight / (constant + vector_rank + 1)
        fused += 0.0 if keyword_rank is None else keyword_weight / (constant + keyword_rank + 1)
        return Candidate(
            id=chunk, fused=fused, similarity=similarity, bm25=bm25, vector_rank=vector_rank, keyword_rank=keyword_rank
        )

    return sorted((join(chunk) for chunk in {**words, **vectors}), key=_order)


def weigh(
    vector_leg: Sequence[tuple[int, float]],
    keyword_leg: Sequence[tuple[int, float]],
    *,
    vector_weight: float,
    keyword_weight: float,
    coverage: float,
) -> list[Candidate]:
    """Return all candidates, best first. `coverage` is the share of the question that the best keyword hit holds."""
    best = max((score for _chunk, score in keyword_leg), default=0.0) or 1.0
    candidates = fuse(vector_leg, keyword_leg, vector_weight=vector_weight, keyword_weight=keyword_weight)

    def weight(candidate: Candidate) -> Candidate:
        fused = vector_weight * max(0.0, candidate.similarity or 0.0)
        fused += keyword_weight * coverage * (candidate.bm25 or 0.0) / best
        return msgspec.structs.replace(candidate, fused=fused)

    return sorted(map(weight, candidates), key=_order)


def _order(candidate: Candidate) -> tuple[float, int, int]:
    rank = candidate.keyword_rank
    return -candidate.fused, NOWHERE if rank is None else rank, candidate.id
