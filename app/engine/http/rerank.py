"""POST /v1alpha/inference/rerank: texts in the order of a query, in Llama Stack's shape. Must not know a model."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field

from app.engine.domain.errors import InvalidRequest
from app.engine.facade import Engine
from app.engine.http.wire import Strict, TextPart, whole

MOST_ITEMS = 1000


class RerankBody(Strict):
    """The body of POST /v1alpha/inference/rerank; a model may be a cross-encoder, or embed: then the cosine counts."""

    model: str
    query: str | TextPart
    items: Annotated[list[str | TextPart], Field(min_length=1, max_length=MOST_ITEMS)]
    max_num_results: Annotated[int, Field(ge=1)] | None = None


def router(engine: Engine) -> APIRouter:
    """Return the route of one engine."""
    routes = APIRouter(tags=["inference"])

    @routes.post("/inference/rerank", summary="Return texts in the order of a query")
    async def rerank(body: RerankBody) -> dict[str, Any]:
        query = _text(body.query, "query")
        if not query.strip():
            raise InvalidRequest("The query is empty.", param="query")
        texts = tuple(_text(item, f"items.{index}") for index, item in enumerate(body.items))
        ranked = await engine.embeddings.rerank(body.model, query, texts)
        return {
            "data": [{"index": each.index, "relevance_score": each.score} for each in ranked[: body.max_num_results]]
        }

    return routes


def _text(part: str | TextPart, param: str) -> str:
    return whole(part if isinstance(part, str) else part.text, param)
