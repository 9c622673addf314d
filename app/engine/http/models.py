"""GET /v1/models and /v1/models/{id}. Each model carries OpenAI's fields and those of both Llama Stack generations."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from app.engine.domain.models import Model, ModelState
from app.engine.facade import Engine


def router(engine: Engine) -> APIRouter:
    """Return the routes of one engine."""
    routes = APIRouter(tags=["models"])

    @routes.get("/models", summary="List the models that can be asked")
    async def list_models() -> dict[str, Any]:
        models = [model for model in await engine.models.list() if not model.missing]
        states = engine.models.states()
        return {"object": "list", "data": [model_body(model, states.get(model.id)) for model in models]}

    @routes.get("/models/{model_id:path}", summary="Describe one model")
    async def get_model(model_id: str) -> dict[str, Any]:
        model = await engine.models.get(model_id)
        return model_body(model, engine.models.states().get(model.id))

    return routes


def model_body(model: Model, state: ModelState | None) -> dict[str, Any]:
    """Return a model with the union of the field sets its readers know."""
    kind = "embedding" if model.purpose == "embedding" else "llm"
    metadata = {
        "architecture": model.architecture,
        "parameters": model.parameters,
        "quantisation": model.quantisation,
        "context_length": (state.context_length if state else 0) or model.context_length,
        "state": (state or ModelState()).in_words(),
        "licence": model.licence,
    }
    provider = {"provider_id": model.provider_id, "provider_resource_id": model.name, "model_type": kind}
    return {
        "id": model.id,
        "object": "model",
        "created": int(model.created_at),
        "owned_by": "paddock" if model.source != "remote" else model.provider_id,
        "identifier": model.id,
        "type": "model",
        **provider,
        "metadata": metadata,
        "custom_metadata": {**provider, **metadata},
    }
