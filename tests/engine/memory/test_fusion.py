"""Two legs in one order: nothing is lost, weights count, ties always fall the same way."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.engine.memory.fusion import fuse

LEG = st.lists(st.integers(0, 30), unique=True, max_size=20).map(
    lambda ids: [(chunk, 1 - rank / 100) for rank, chunk in enumerate(ids)]
)
WEIGHT = st.floats(0.1, 5)


@given(LEG, LEG, WEIGHT, WEIGHT, st.floats(0, 100))
def test_no_candidate_is_lost_or_doubled(
    vectors: list[tuple[int, float]], words: list[tuple[int, float]], first: float, second: float, constant: float
) -> None:
    fused = fuse(vectors, words, vector_weight=first, keyword_weight=second, constant=constant)
    ids = [candidate.id for candidate in fused]
    assert sorted(ids) == sorted({chunk for chunk, _score in (*vectors, *words)})
    assert [candidate.fused for candidate in fused] == sorted((each.fused for each in fused), reverse=True)
    assert fuse(vectors, words, vector_weight=first, keyword_weight=second, constant=constant) == fused


@given(LEG, LEG)
def test_a_weight_of_nothing_silences_a_leg(vectors: list[tuple[int, float]], words: list[tuple[int, float]]) -> None:
    only_words = fuse(vectors, words, vector_weight=0)
    assert [candidate.id for candidate in only_words] == [chunk for chunk, _score in words]
    assert all(candidate.similarity is None for candidate in only_words)
    only_vectors = fuse(vectors, words, keyword_weight=0)
    assert [candidate.id for candidate in only_vectors] == [chunk for chunk, _score in vectors]
    assert fuse(vectors, words, vector_weight=0, keyword_weight=0) == []


@given(LEG, LEG)
def test_first_in_both_legs_is_first(vectors: list[tuple[int, float]], words: list[tuple[int, float]]) -> None:
    assert fuse([(99, 1.0), *vectors], [(99, 9.0), *words])[0].id == 99


def test_scores_and_ranks_are_kept_and_ties_go_to_the_words() -> None:
    fused = fuse([(1, 0.9), (2, 0.8)], [(3, 7.0), (2, 6.0)], constant=10)
    assert [candidate.id for candidate in fused] == [2, 3, 1]
    both, word, vector = fused
    assert (both.similarity, both.bm25, both.vector_rank, both.keyword_rank) == (0.8, 6.0, 1, 1)
    assert both.fused == 2 / 12
    assert (word.similarity, word.vector_rank) == (None, None)
    assert (vector.bm25, vector.keyword_rank) == (None, None)


def test_a_small_constant_trusts_the_first_ranks() -> None:
    vectors, words = [(1, 0.9), (2, 0.8), (3, 0.7)], [(4, 9.0), (5, 8.0), (3, 7.0)]
    assert fuse(vectors, words, constant=0)[0].id == 4
    assert fuse(vectors, words, constant=60)[0].id == 3
