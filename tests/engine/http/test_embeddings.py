"""Texts become vectors, as numbers or base64, whole or shortened."""

from __future__ import annotations

import base64
import json
import struct
from typing import Any

import pytest

from app.engine.domain.embeddings import Vectors
from app.engine.http.embeddings import encoded
from tests.fakes.memory import MINILM, POLYGLOT, RERANKER
from tests.fakes.serving import calling


async def embed(engine, **fields: Any) -> Any:
    async with calling(engine) as client:
        # As text: httpx refuses halves of surrogate pairs, which other clients send.
        body = json.dumps({"model": MINILM.id, "input": "hay foal"} | fields)
        return await client.post("/v1/embeddings", content=body, headers={"content-type": "application/json"})


async def test_one_text_and_several(engine) -> None:
    body = (await embed(engine, user="u")).json()
    assert (body["object"], body["model"], body["usage"]) == (
        "list",
        MINILM.id,
        {"prompt_tokens": 2, "total_tokens": 2},
    )
    assert body["data"][0]["embedding"] == pytest.approx([0.5**0.5, 0, 0.5**0.5])
    several = (await embed(engine, input=["hay", "foal"])).json()["data"]
    assert [(each["index"], each["object"]) for each in several] == [(0, "embedding"), (1, "embedding")]
    assert several[1]["embedding"] == [0, 0, 1]


async def test_base64_is_little_endian_float32(engine) -> None:
    body = (await embed(engine, encoding_format="base64")).json()
    numbers = struct.unpack("<3f", base64.b64decode(body["data"][0]["embedding"]))
    assert numbers == pytest.approx((0.5**0.5, 0, 0.5**0.5))


@pytest.mark.parametrize("encoding", ["float", "base64"])
async def test_a_shortened_vector_has_length_1(engine, encoding: str) -> None:
    body = (await embed(engine, input="hay hay bridle foal", dimensions=2, encoding_format=encoding)).json()
    vector = body["data"][0]["embedding"]
    numbers = vector if encoding == "float" else struct.unpack("<2f", base64.b64decode(vector))
    assert numbers == pytest.approx((2 / 5**0.5, 1 / 5**0.5))


def test_a_vector_of_which_nothing_is_left_stays_0() -> None:
    assert encoded(Vectors(2, struct.pack("<2f", 0, 1)), 1, "float") == [[0.0]]


@pytest.mark.parametrize(("given", "texts"), [([0, 2], ("hay foal",)), ([[1], [2, 0]], ("bridle", "foal hay"))])
async def test_tokens_are_those_of_the_model(engine, given: list[Any], texts: tuple[str, ...]) -> None:
    assert (await embed(engine, input=given)).status_code == 200
    assert engine.embeddings.asked == [texts]


@pytest.mark.parametrize(
    ("fields", "status", "param"),
    [
        ({"input": ""}, 400, "input"),
        ({"input": ["hay", " "]}, 400, "input.1"),
        ({"input": "\ud800"}, 400, "input"),
        ({"input": [7]}, 400, "input"),
        ({"dimensions": 4}, 400, "dimensions"),
        ({"dimensions": 0}, 400, "dimensions"),
        ({"encoding_format": "hex"}, 400, "encoding_format"),
        ({"colour": 1}, 400, "colour"),
        ({"model": "nowhere"}, 404, "model"),
        ({"model": RERANKER.id}, 400, "model"),
    ],
    ids=str,
)
async def test_what_cannot_be_is_named(engine, fields: dict[str, Any], status: int, param: str) -> None:
    answer = await embed(engine, **fields)
    assert (answer.status_code, answer.json()["error"]["param"]) == (status, param)
    assert engine.embeddings.asked == []


@pytest.mark.parametrize(
    "given", [[], [[]], None, [["hay"]], [1, "hay"], ["x"] * 2049, [-1], [1.5]], ids=lambda v: str(v)[:20]
)
async def test_an_input_that_is_none(engine, given: Any) -> None:
    answer = await embed(engine, input=given)
    assert answer.status_code == 400
    assert answer.json()["error"]["param"].startswith("input")


async def test_an_offered_model_is_described_by_its_error(engine) -> None:
    engine.embeddings.known = tuple(model for model in engine.embeddings.known if model.id != POLYGLOT.id)
    answer = await embed(engine, model=POLYGLOT.id)
    assert answer.json()["error"]["code"] == "model_not_found"
