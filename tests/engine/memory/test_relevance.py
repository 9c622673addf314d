"""How relevant a hit is: the same measure whichever leg found it, and low for what is not about the question."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.memory.fusion import Candidate
from app.engine.memory.relevance import Wording, fold, relevance, terms

HORSES = "The paddock holds seven horses named after rivers."
REPORT = "Revenue of the quarter rose by twelve percent."


def candidate(similarity: float | None) -> Candidate:
    return Candidate(id=1, fused=1.0, similarity=similarity)


def test_rare_words_count_more_than_common_ones() -> None:
    wording = Wording("the horses", [HORSES, REPORT, "the end", "the rest"])
    assert wording.coverage("horses") > 0.7
    assert wording.coverage("the") < 0.3
    assert wording.coverage(HORSES) == pytest.approx(1)
    assert wording.coverage("") == 0


def test_forms_of_a_word_are_the_same_word() -> None:
    for asked, text in (("horse", HORSES), ("river", HORSES), ("reports", "a report"), ("Übungen", "die ubung")):
        assert Wording(asked, [text]).coverage(text) == pytest.approx(1), asked
    for asked, text in (("horse", "hormone"), ("report", "repeat"), ("art", "artist")):
        assert Wording(asked, [text]).coverage(text) == 0, asked
    assert fold("Übungs-CAFÉ") == "ubungs-cafe"


def test_scripts_without_spaces_are_compared_by_pairs() -> None:
    assert list(terms("東京都庁")) == ["東京", "京都", "都庁"]
    wording = Wording("東京都庁", ["東京都庁は新宿にある", "大阪城"])
    assert wording.coverage("東京都庁は新宿にある") > wording.coverage("大阪城") == 0


def test_a_question_without_words_covers_nothing() -> None:
    assert Wording("?! …", [HORSES]).coverage(HORSES) == 0
    assert Wording("", []).coverage(HORSES) == 0


def test_vectors_count_as_far_as_they_are_trusted() -> None:
    assert relevance(candidate(0.9), 0, 1) == 1
    assert relevance(candidate(0.9), 0, 0) == 0
    assert relevance(candidate(0.1), 0, 1) == 0
    assert relevance(candidate(None), 0.5, 1) == 0.25
    assert relevance(candidate(0.375), 0.5, 1) == pytest.approx(1 - 0.5 * 0.75)


@given(st.floats(-1, 1) | st.none(), st.floats(0, 1), st.floats(0, 1))
def test_it_is_a_share_and_grows_with_the_words(similarity: float | None, coverage: float, trust: float) -> None:
    value = relevance(candidate(similarity), coverage, trust)
    assert 0 <= value <= 1
    assert relevance(candidate(similarity), min(1, coverage + 0.1), trust) >= value


@given(st.text(max_size=60), st.lists(st.text(max_size=60), max_size=5), st.text(max_size=60))
def test_coverage_is_a_share_of_any_text(query: str, candidates: list[str], text: str) -> None:
    assert 0 <= Wording(query, candidates).coverage(text) <= 1 + 1e-9
