"""GET /v1/models and /v1/models/{id}: models that answer, embed and rerank.

Each carries OpenAI's fields and those of both Llama Stack generations.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from app.engine.domain.embeddings import EmbeddingModel
from app.engine.domain.errors import ModelNotFound
from app.engine.domain.models import Model, ModelState
from app.engine.facade import Engine


def router(engine: Engine) -> APIRouter:
    """Return the routes of one engine."""
    routes = APIRouter(tags=["models"])

    @routes.get("/models", summary="List the models that can be asked")
    async def list_models() -> dict[str, Any]:
        models = [model for model in await engine.models.list() if not model.missing]
        states = engine.models.states()
        answering = [model_body(model, states.get(model.id)) for model in models]
        embedding = [embedding_body(model) for model in await engine.embeddings.models() if model.installed]
        return {"object": "list", "data": [*answering, *embedding]}

    @routes.get("/models/{model_id:path}", summary="Describe one model")
    async def get_model(model_id: str) -> dict[str, Any]:
        try:
            model = await engine.models.get(model_id)
        except ModelNotFound:
            for each in await engine.embeddings.models():
                if each.installed and each.id == model_id:
                    return embedding_body(each)
            raise
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
    owner = "paddock" if model.source != "remote" else model.provider_id
    return _body(model.id, int(model.created_at), owner, provider, metadata)


def embedding_body(model: EmbeddingModel) -> dict[str, Any]:
    """Return a model that embeds or reranks, with the same fields."""
    metadata: dict[str, Any] = {"context_length": model.max_tokens, "licence": model.licence}
    metadata["languages"] = list(model.languages)
    if model.kind == "embedding":
        metadata["embedding_dimension"] = model.dimension
    provider = {"provider_id": "paddock", "provider_resource_id": model.name, "model_type": model.kind}
    return _body(model.id, 0, "paddock", provider, metadata)


def _body(
    model_id: str, created: int, owner: str, provider: dict[str, str], metadata: dict[str, Any]
) -> dict[str, Any]:
    return {
        "id": model_id,
        "object": "model",
        "created": created,
        "owned_by": owner,
        "identifier": model_id,
        "type": "model",
        **provider,
        "metadata": metadata,
        "custom_metadata": {**provider, **metadata},
    }
