"""Moderation has OpenAI's shape, as many results as texts, and true probabilities in both directions."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from app.engine.domain.errors import ModelNotFound
from tests.fakes.serving import ServedEngine, calling
from tests.fakes.serving_safety import word_safety
from tests.fakes.shields import BAD


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[ServedEngine]:
    async with word_safety(tmp_path) as (service, guard):
        guard.category = "hate"
        made = ServedEngine()
        made.safety = service  # type: ignore[assignment]
        made.guard = guard  # type: ignore[attr-defined]
        yield made


async def moderate(engine: ServedEngine, prefix: str = "/v1", **body: Any) -> Any:
    async with calling(engine) as client:
        return await client.post(f"{prefix}/moderations", json=body)


async def test_a_text_has_one_result(engine) -> None:
    answer = (await moderate(engine, input=BAD)).json()
    assert answer["id"].startswith("modr-") and answer["model"] == "a-guard"
    (result,) = answer["results"]
    assert result["flagged"] is True
    assert result["categories"]["Hate"] is True and result["categories"]["hate"] is True
    assert result["category_scores"]["Hate"] == result["category_scores"]["hate"] == 0.9
    assert result["category_applied_input_types"]["hate"] == ["text"]
    assert "Weapons" in result["user_message"]
    assert result["metadata"] == {"categories": ["hate"]}


@pytest.mark.parametrize("prefix", ["/v1", "/v1/openai/v1"])
async def test_a_list_has_as_many_results_in_its_order(engine, prefix: str) -> None:
    texts = ["oats", BAD, {"type": "text", "text": "hay"}]
    plain = (await moderate(engine, prefix, input=["oats", BAD, "hay"], model="omni-moderation-latest")).json()
    parts = (await moderate(engine, prefix, input=[{"type": "text", "text": "oats"}, *texts[2:]])).json()
    assert [result["flagged"] for result in plain["results"]] == [False, True, False]
    assert [result["category_scores"]["Hate"] for result in plain["results"]] == [0.1, 0.9, 0.1]
    assert len(parts["results"]) == 2


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"input": []}, "input"),
        ({"input": [{"type": "image_url", "image_url": {"url": "x"}}]}, "input"),
        ({"input": "x", "threshold": 0.1}, "threshold"),
        ({}, "input"),
    ],
    ids=str,
)
async def test_what_cannot_be_is_named(engine, body: dict[str, Any], param: str) -> None:
    answer = await moderate(engine, **body)
    assert answer.status_code == 400
    assert answer.json()["error"]["param"].startswith(param)


async def test_without_a_guard_it_says_so(engine) -> None:
    engine.guard.raises = ModelNotFound("No guard model is installed.", hint="Download one.")
    answer = await moderate(engine, input="oats")
    assert answer.status_code == 404
    assert "No guard model" in answer.json()["error"]["message"]
