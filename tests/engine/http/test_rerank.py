"""Texts come back as places, best first."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.fakes.memory import RERANKER
from tests.fakes.serving import calling

ITEMS = ["straw", {"type": "text", "text": "hay and oats"}, "hay"]


async def rerank(engine, **fields: Any) -> Any:
    body = {"model": RERANKER.id, "query": "hay oats", "items": ITEMS} | fields
    async with calling(engine) as client:
        # As text: httpx refuses halves of surrogate pairs, which other clients send.
        headers = {"content-type": "application/json"}
        return await client.post("/v1alpha/inference/rerank", content=json.dumps(body), headers=headers)


async def test_the_best_comes_first(engine) -> None:
    data = (await rerank(engine)).json()["data"]
    assert data == [
        {"index": 1, "relevance_score": 1.0},
        {"index": 2, "relevance_score": 0.5},
        {"index": 0, "relevance_score": 0.0},
    ]
    some = await rerank(engine, max_num_results=1, query={"type": "text", "text": "hay"})
    assert [each["index"] for each in some.json()["data"]] == [1]


@pytest.mark.parametrize(
    ("fields", "status", "param"),
    [
        ({"query": " "}, 400, "query"),
        ({"items": []}, 400, "items"),
        ({"items": ["\udc00"]}, 400, "items.0"),
        ({"items": [{"type": "image_url", "image_url": {"url": "x"}}]}, 400, "items.0"),
        ({"max_num_results": 0}, 400, "max_num_results"),
        ({"top_n": 1}, 400, "top_n"),
        ({"model": "nowhere"}, 404, "model"),
    ],
    ids=str,
)
async def test_what_cannot_be_is_named(engine, fields: dict[str, Any], status: int, param: str) -> None:
    answer = await rerank(engine, **fields)
    assert answer.status_code == status
    assert answer.json()["error"]["param"].startswith(param)
