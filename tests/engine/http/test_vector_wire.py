"""Bodies of vector stores: what they take, and what they name when they refuse it."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from app.engine.domain.memory import Chunking
from app.engine.http.vector_wire import (
    FileBatchCreate,
    SearchBody,
    StoreCreate,
    StoreFileCreate,
    StoreFileUpdate,
    StoreUpdate,
    chunking_of,
)

STATIC = {"type": "static", "static": {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 20}}


def test_strategies() -> None:
    static = StoreFileCreate.model_validate({"file_id": "f", "chunking_strategy": STATIC}).chunking_strategy
    assert chunking_of(static) == Chunking(max_tokens=100, overlap_tokens=20)
    assert chunking_of(StoreFileCreate(file_id="f", chunking_strategy={"type": "auto"}).chunking_strategy) is None
    assert chunking_of(None) is None


def test_metadata_is_text_and_other_values_become_their_json() -> None:
    body = StoreCreate.model_validate({"metadata": {"a": "x", "b": 1, "c": True, "d": ["y"]}})
    assert body.metadata == {"a": "x", "b": "1", "c": "true", "d": '["y"]'}


def test_attributes_keep_their_kinds() -> None:
    given = {"text": "x", "whole": 3, "part": 0.5, "truth": True}
    kept = StoreFileUpdate(attributes=given).attributes
    assert kept == given
    assert [type(value) for value in kept.values()] == [str, int, float, bool]


def test_a_batch_gives_its_settings_to_every_id_or_has_files_with_their_own() -> None:
    common = FileBatchCreate.model_validate(
        {"file_ids": ["a", "b"], "attributes": {"k": 1}, "chunking_strategy": STATIC}
    )
    assert [(each.file_id, each.attributes) for each in common.wanted()] == [("a", {"k": 1}), ("b", {"k": 1})]
    assert chunking_of(common.wanted()[1].chunking_strategy) == Chunking(max_tokens=100, overlap_tokens=20)
    own = FileBatchCreate.model_validate({"files": [{"file_id": "a", "attributes": {"k": 2}}]})
    assert [(each.file_id, each.attributes) for each in own.wanted()] == [("a", {"k": 2})]


@pytest.mark.parametrize(
    ("model", "body", "place"),
    [
        (StoreCreate, {"colour": 1}, ("colour",)),
        (StoreCreate, {"provider_id": "pinecone"}, ("provider_id",)),
        (StoreCreate, {"name": "x" * 257}, ("name",)),
        (StoreCreate, {"name": "\ud800"}, ()),
        (StoreCreate, {"metadata": {str(n): "" for n in range(17)}}, ("metadata",)),
        (StoreUpdate, {"expires_after": {"anchor": "created_at", "days": 1}}, ("expires_after", "anchor")),
        (StoreUpdate, {"expires_after": {"anchor": "last_active_at", "days": 0}}, ("expires_after", "days")),
        (StoreUpdate, {"file_ids": []}, ("file_ids",)),
        (StoreFileCreate, {}, ("file_id",)),
        (StoreFileCreate, {"file_id": "f", "attributes": {"k": None}}, ("attributes", "k")),
        (StoreFileCreate, {"file_id": "f", "attributes": {"k": float("nan")}}, ("attributes", "k")),
        (StoreFileCreate, {"file_id": "f", "attributes": {"k": 10**400}}, ("attributes", "k")),
        (StoreFileCreate, {"file_id": "f", "chunking_strategy": {"type": "contextual"}}, ("chunking_strategy",)),
        (StoreFileUpdate, {}, ("attributes",)),
        (FileBatchCreate, {}, ()),
        (FileBatchCreate, {"file_ids": ["a"], "files": [{"file_id": "b"}]}, ()),
        (FileBatchCreate, {"files": [{"file_id": "b"}], "attributes": {"k": 1}}, ()),
        (FileBatchCreate, {"file_ids": ["a"] * 2001}, ("file_ids",)),
        (SearchBody, {"query": ""}, ("query",)),
        (SearchBody, {"query": []}, ("query",)),
        (SearchBody, {"query": "q", "max_num_results": 51}, ("max_num_results",)),
        (SearchBody, {"query": "q", "max_num_results": 0}, ("max_num_results",)),
        (SearchBody, {"query": "q", "search_mode": "magic"}, ("search_mode",)),
        (SearchBody, {"query": "q", "ranking_options": {"score_threshold": 2}}, ("ranking_options", "score_threshold")),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_is_refused_is_named(model: Any, body: dict[str, Any], place: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError) as refused:
        model.model_validate(body)
    assert refused.value.errors()[0]["loc"][: len(place)] == place


def test_an_overlap_is_at_most_half_of_a_chunk() -> None:
    sizes = {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 51}
    with pytest.raises(ValidationError, match="half of their size"):
        StoreFileCreate.model_validate({"file_id": "f", "chunking_strategy": {"type": "static", "static": sizes}})
