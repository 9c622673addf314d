"""Chunks and queries of vector-io, as they are read and refused."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from app.engine.domain.errors import InvalidRequest
from app.engine.domain.memory import Bank, ReadyChunk
from app.engine.http.vector_io_wire import InsertBody, QueryBody, grouped, search_request

BANK = Bank(id="vs", name="", embedding_model="m", embedding_dimension=3)


def insert(*chunks: Any, **fields: Any) -> dict[str, tuple[ReadyChunk, ...]]:
    return grouped(InsertBody.model_validate({"vector_store_id": "vs", "chunks": chunks} | fields), BANK)


def query(**fields: Any) -> Any:
    return search_request(QueryBody.model_validate({"vector_store_id": "vs", "query": "q"} | fields))


def test_chunks_belong_to_the_document_they_name_anywhere() -> None:
    found = insert(
        {"content": "a", "chunk_id": "1", "chunk_metadata": {"document_id": "x"}},
        {"content": "b", "chunk_id": "2", "metadata": {"document_id": "x"}},
        {"content": "c", "chunk_id": "3", "chunk_metadata": {"source": "y"}},
        {"content": "d", "chunk_id": "4"},
    )
    assert {name: [chunk.id for chunk in chunks] for name, chunks in found.items()} == {
        "x": ["1", "2"],
        "y": ["3"],
        "chunks": ["4"],
    }


def test_a_chunk_without_an_id_is_known_by_its_text() -> None:
    (first, second, again) = insert({"content": "a"}, {"content": "b"}, {"content": "a"})["chunks"]
    assert first.id == again.id != second.id


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("a", "a"),
        ({"type": "text", "text": "a"}, "a"),
        ([{"type": "text", "text": "a"}, {"type": "text", "text": "b"}], "a\nb"),
    ],
    ids=str,
)
def test_content_in_all_its_forms(content: Any, text: str) -> None:
    assert insert({"content": content})["chunks"][0].text == text
    assert query(query=content).query == text


@pytest.mark.parametrize(
    ("chunk", "fields", "param"),
    [
        ({"content": "a"}, {"ttl_seconds": 60}, "ttl_seconds"),
        ({"content": " "}, {}, "chunks.0.content"),
        ({"content": "a", "embedding": [1, 2]}, {}, "chunks.0.embedding"),
        ({"content": "a", "metadata": {"document_id": 5}}, {}, "chunks.0.metadata.document_id"),
        ({"content": "a", "metadata": {"n": 2**80}}, {}, "chunks.0.metadata"),
    ],
    ids=str,
)
def test_what_cannot_be_inserted_is_named(chunk: dict[str, Any], fields: dict[str, Any], param: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        insert(chunk, **fields)
    assert refused.value.param == param


def test_parameters_of_several_generations() -> None:
    assert (query().limit, query().mode) == (5, "hybrid")
    found = query(params={"max_chunks": 7, "mode": "keyword", "score_threshold": 0.25, "ranker": {"type": "rrf"}})
    assert (found.limit, found.mode, found.min_score) == (7, "keyword", 0.25)
    found = query(params={"k": 3, "search_mode": "vector", "ranker": "weighted"})
    assert (found.limit, found.mode, found.vector_weight) == (3, "vector", 0.5)
    options = {"ranker": "rrf", "impact_factor": 30}
    assert query(params={"ranking_options": options}).rank_constant == 30
    filters = {"type": "eq", "key": "k", "value": 1}
    assert query(params={"filters": filters}).filter is not None


@pytest.mark.parametrize(
    ("params", "param"),
    [
        ({"ranker": "best"}, "params.ranker"),
        ({"ranker": 7}, "params.ranker"),
        ({"ranking_options": {"colour": 1}}, "params.ranker"),
        ({"filters": {"type": "like"}}, "params.filters.type"),
    ],
    ids=str,
)
def test_a_parameter_that_cannot_be_is_named(params: dict[str, Any], param: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        query(params=params)
    assert refused.value.param == param


@pytest.mark.parametrize(
    "body",
    [
        {"query": "q"},
        {"query": "q", "vector_store_id": "a", "vector_db_id": "b"},
        {"query": "q", "vector_store_id": "a", "params": {"max_chunks": 101}},
        {"query": "q", "vector_store_id": "a", "params": {"colour": 1}},
        {"query": "\udc00", "vector_store_id": "a"},
        {"query": {"type": "image", "image": {}}, "vector_store_id": "a"},
    ],
    ids=str,
)
def test_a_body_that_is_none(body: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        QueryBody.model_validate(body)
