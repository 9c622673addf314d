"""What bodies ask for becomes what the engine looks for."""

from __future__ import annotations

from typing import Any

import pytest

from app.engine.domain.errors import InvalidRequest
from app.engine.domain.memory import Chunk, Comparison, Hit, SearchRequest
from app.engine.http.vector_ranking import RANKERS, joined, search_requests
from app.engine.http.vector_wire import SearchBody

DEFAULT = SearchRequest(query="q")


def asked(**fields: Any) -> SearchRequest:
    (request,) = search_requests(SearchBody.model_validate({"query": "q"} | fields))
    return request


def ranked(**options: Any) -> SearchRequest:
    return asked(ranking_options=options)


def test_the_plain_query() -> None:
    assert asked() == DEFAULT
    assert asked(rewrite_query=False, filters=None, ranking_options=None) == DEFAULT


def test_several_queries_share_the_rest() -> None:
    body = SearchBody(query=["a", "b"], max_num_results=3, search_mode="vector")
    assert [(each.query, each.limit, each.mode) for each in search_requests(body)] == [
        ("a", 3, "vector"),
        ("b", 3, "vector"),
    ]


def test_filters_and_thresholds() -> None:
    found = asked(filters={"type": "eq", "key": "k", "value": 1}, ranking_options={"score_threshold": 0.4})
    assert found.filter == Comparison(op="eq", key="k", value=1)
    assert found.min_score == 0.4


@pytest.mark.parametrize(
    "ranker", [None, "auto", "none", "default-2024-11-15", "rrf", {"type": "rrf"}, {"type": "auto"}], ids=str
)
def test_rankers_that_are_how_it_is_done_anyway(ranker: Any) -> None:
    assert ranked(ranker=ranker) == DEFAULT


@pytest.mark.parametrize(
    "options",
    [
        {"ranker": "weighted", "alpha": 0.75},
        {"ranker": {"type": "weighted", "alpha": 0.75}},
        {"ranker": {"type": "weighted", "params": {"alpha": 0.75}}},
        {"weights": {"vector": 0.75, "keyword": 0.25}},
        {"hybrid_search": {"embedding_weight": 0.75, "text_weight": 0.25}},
        {"ranker": "auto", "hybrid_search": {"embedding_weight": 0.75, "text_weight": 0.25}},
    ],
    ids=str,
)
def test_weights_in_all_their_forms(options: dict[str, Any]) -> None:
    found = ranked(**options)
    assert (found.vector_weight, found.keyword_weight) == (0.75, 0.25)


def test_weighted_alone_weighs_both_alike() -> None:
    assert (ranked(ranker="weighted").vector_weight, ranked(ranker="weighted").keyword_weight) == (0.5, 0.5)


@pytest.mark.parametrize(
    "options",
    [
        {"ranker": "rrf", "impact_factor": 60},
        {"ranker": {"type": "rrf", "impact_factor": 60.0}},
        {"ranker": {"type": "rrf", "params": {"impact_factor": 60}}},
    ],
    ids=str,
)
def test_the_constant_of_fusion(options: dict[str, Any]) -> None:
    assert ranked(**options).rank_constant == 60


def test_a_cross_encoder() -> None:
    assert ranked(ranker="neural", model="m").rerank == "m"
    assert ranked(ranker={"type": "neural", "params": {"model": "m"}}).rerank == "m"


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"rewrite_query": True}, "rewrite_query"),
        ({"ranking_options": {"ranker": "best"}}, "ranking_options.ranker"),
        ({"ranking_options": {"ranker": "normalized"}}, "ranking_options.ranker"),
        ({"ranking_options": {"ranker": "neural"}}, "ranking_options.model"),
        ({"ranking_options": {"ranker": "rrf", "alpha": 0.5}}, "ranking_options.alpha"),
        ({"ranking_options": {"alpha": 0.5}}, "ranking_options.alpha"),
        ({"ranking_options": {"ranker": "weighted", "alpha": 1.5}}, "ranking_options.alpha"),
        ({"ranking_options": {"ranker": {"type": "weighted", "params": {"alpha": "x"}}}}, "ranking_options.alpha"),
        ({"ranking_options": {"ranker": {"type": "rrf", "params": {"k": 1}}}}, "ranking_options.ranker.params.k"),
        ({"ranking_options": {"ranker": "rrf", "impact_factor": float("nan")}}, "ranking_options.impact_factor"),
        ({"ranking_options": {"weights": {"vector": 0, "keyword": 0}}}, "ranking_options.weights"),
    ],
    ids=str,
)
def test_what_is_not_done_is_named(fields: dict[str, Any], param: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        asked(**fields)
    assert refused.value.param == param
    assert all(name in str(refused.value) for name in RANKERS) or param != "ranking_options.ranker"


def hit(number: int, score: float) -> Hit:
    chunk = Chunk(id=number, document_id="d", index=0, text="", start=0, end=0)
    return Hit(bank_id="b", document_id="d", document_name="", chunk=chunk, score=score)


def test_a_passage_that_two_queries_find_counts_once_with_its_best_score() -> None:
    found = joined([(hit(1, 0.9), hit(2, 0.3)), (hit(2, 0.8), hit(3, 0.5))], 2)
    assert [(each.chunk.id, each.score) for each in found] == [(1, 0.9), (2, 0.8)]
    # One query keeps the order of the engine, which may not be that of scores.
    assert [each.chunk.id for each in joined([(hit(1, 0.2), hit(2, 0.3))], 5)] == [1, 2]
