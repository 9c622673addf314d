"""Models as their readers know them."""

from __future__ import annotations

import msgspec
import pytest

from app.engine.domain.models import ModelState
from app.engine.http.models import model_body
from tests.fakes.memory import MINILM, POLYGLOT, RERANKER
from tests.fakes.models import BIG, LLAMA, REMOTE, STARTER
from tests.fakes.serving import calling


async def get(engine, path: str):
    async with calling(engine) as client:
        return await client.get(path)


async def test_all_models_are_listed_but_not_the_missing(engine) -> None:
    engine.models.installed[LLAMA.id] = msgspec.structs.replace(LLAMA, missing=True)
    body = (await get(engine, "/v1/models")).json()
    assert body["object"] == "list"
    assert [model["id"] for model in body["data"]] == [STARTER.id, BIG.id, REMOTE.id, MINILM.id, RERANKER.id]


async def test_models_that_embed_and_rerank_say_so_in_both_places(engine) -> None:
    embedding = (await get(engine, f"/v1/models/{MINILM.id}")).json()
    for facts in (embedding["metadata"], embedding["custom_metadata"]):
        assert (facts["embedding_dimension"], facts["context_length"]) == (3, MINILM.max_tokens)
    assert embedding["model_type"] == embedding["custom_metadata"]["model_type"] == "embedding"
    reranker = (await get(engine, f"/v1/models/{RERANKER.id}")).json()
    assert reranker["model_type"] == "rerank" and "embedding_dimension" not in reranker["metadata"]


async def test_an_embedding_model_that_is_not_here_is_not_found(engine) -> None:
    assert (await get(engine, f"/v1/models/{POLYGLOT.id}")).status_code == 404


@pytest.mark.parametrize("prefix", ["/v1", "/v1/openai/v1"])
async def test_one_model_is_described_also_with_a_slash_in_its_name(engine, prefix: str) -> None:
    for model in (STARTER, REMOTE):
        body = (await get(engine, f"{prefix}/models/{model.id}")).json()
        assert (body["id"], body["object"], body["identifier"]) == (model.id, "model", model.id)


async def test_an_unknown_model_is_not_found(engine) -> None:
    answer = await get(engine, "/v1/models/nowhere")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "model_not_found"


def test_the_fields_of_all_generations_of_clients() -> None:
    body = model_body(STARTER, None)
    assert (body["owned_by"], body["type"], body["created"]) == ("paddock", "model", 0)
    assert (body["provider_id"], body["provider_resource_id"]) == ("llama-cpp", STARTER.name)
    assert body["model_type"] == body["custom_metadata"]["model_type"] == "llm"
    assert body["metadata"]["quantisation"] == body["custom_metadata"]["quantisation"] == "Q4_1"
    assert STARTER.path not in str(body)


def test_a_model_of_a_provider_and_one_of_embeddings() -> None:
    assert model_body(REMOTE, None)["owned_by"] == "lab"
    assert model_body(msgspec.structs.replace(STARTER, purpose="embedding"), None)["model_type"] == "embedding"


def test_the_context_is_the_loaded_one_while_loaded() -> None:
    assert model_body(LLAMA, None)["metadata"]["context_length"] == 131072
    assert model_body(LLAMA, None)["metadata"]["state"] == "not loaded"
    loaded = model_body(LLAMA, ModelState(phase="ready", context_length=4096))["metadata"]
    assert (loaded["context_length"], loaded["state"]) == (4096, "ready")
