"""The model routes speak to the clients of every generation."""

from __future__ import annotations

import msgspec
from openai.types import Model as OpenAIModel

from app.engine.domain.models import Model, ModelState
from app.engine.http.models import model_body
from tests.fakes.http import OneEngine, client

MODEL = Model(id="tiny", name="Tiny", architecture="llama", context_length=2048, source="starter", created_at=7.9)


def test_a_body_holds_the_fields_of_all_readers() -> None:
    body = model_body(MODEL, None)
    parsed = OpenAIModel.model_validate(body)
    assert (parsed.id, parsed.created, parsed.owned_by) == ("tiny", 7, "paddock")
    assert (body["identifier"], body["provider_resource_id"], body["model_type"]) == ("tiny", "Tiny", "llm")
    assert body["metadata"]["state"] == "not loaded"
    assert body["metadata"].items() <= body["custom_metadata"].items()


def test_state_and_purpose_show() -> None:
    ready = ModelState(phase="ready", context_length=512)
    assert model_body(MODEL, ready)["metadata"]["context_length"] == 512
    assert model_body(MODEL, ModelState(phase="loading"))["metadata"]["context_length"] == 2048
    embedding = msgspec.structs.replace(MODEL, purpose="embedding", source="remote", provider_id="r")
    body = model_body(embedding, None)
    assert (body["model_type"], body["owned_by"]) == ("embedding", "r")


async def test_the_list_leaves_out_what_is_missing() -> None:
    engine = OneEngine()
    engine.models.known += [
        Model(id="gone", name="Gone", missing=True),
        Model(id="remote/meta/llama", name="meta/llama", source="remote", provider_id="remote"),
    ]
    async with client(engine) as caller:
        listed = (await caller.get("/v1/models")).json()
        one = await caller.get("/v1/models/remote/meta/llama")
    assert listed["object"] == "list"
    assert [entry["id"] for entry in listed["data"]] == ["tiny", "remote/meta/llama"]
    assert one.json()["id"] == "remote/meta/llama"
