"""POST /v1/embeddings: texts as vectors, in OpenAI's shape. Must not know a model.

Token lists count in the vocabulary of the model that is asked, whose own tokens they are.
"""

from __future__ import annotations

import asyncio
import base64
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import Field

from app.engine.domain.embeddings import EmbeddingModel, Vectors
from app.engine.domain.errors import InvalidRequest
from app.engine.facade import Engine
from app.engine.http.streaming import Disconnected, unless_disconnected
from app.engine.http.wire import PromptToken, Strict, whole

MOST_INPUTS = 2048

Tokens = Annotated[list[PromptToken], Field(min_length=1, max_length=8192)]
Input = (
    str
    | Annotated[list[str], Field(min_length=1, max_length=MOST_INPUTS)]
    | Tokens
    | Annotated[list[Tokens], Field(min_length=1, max_length=MOST_INPUTS)]
)


class EmbeddingsBody(Strict):
    """The body of POST /v1/embeddings. `user` identifies the caller's end user; it changes nothing here."""

    model: Annotated[str, Field(min_length=1)]
    input: Input
    encoding_format: Literal["float", "base64"] | None = None
    dimensions: Annotated[int, Field(ge=1, le=65_536)] | None = None
    user: str | None = None


def router(engine: Engine) -> APIRouter:
    """Return the route of one engine."""
    routes = APIRouter(tags=["inference"])

    @routes.post("/embeddings", summary="Return texts as vectors")
    async def embeddings(body: EmbeddingsBody, request: Request) -> Response:
        model = await engine.embeddings.model(body.model)
        dimension = wanted_dimension(body.dimensions, model)
        texts = await _texts(engine, body)
        try:
            vectors = await unless_disconnected(request, engine.embeddings.embed(model.id, texts))
        except Disconnected:
            return Response(status_code=499)
        encoding = body.encoding_format or "float"
        content = await asyncio.to_thread(lambda: _rendered(body.model, vectors, dimension, encoding))
        return Response(content, media_type="application/json")

    return routes


async def _texts(engine: Engine, body: EmbeddingsBody) -> tuple[str, ...]:
    given = [body.input] if isinstance(body.input, str) else body.input
    texts = [each for each in given if isinstance(each, str)]
    if texts:
        for index, text in enumerate(texts):
            if not text.strip():
                raise InvalidRequest("A text is empty.", param="input" if len(texts) == 1 else f"input.{index}")
            whole(text, "input")
        return tuple(texts)
    lists = [tuple(each) for each in given if isinstance(each, list)]
    numbers = tuple(each for each in given if isinstance(each, int))
    return await engine.embeddings.texts_of(body.model, tuple(lists) or (numbers,))


def wanted_dimension(dimensions: int | None, model: EmbeddingModel) -> int:
    """Return how many numbers a vector shall have; raises InvalidRequest for more than the model makes."""
    if dimensions is not None and dimensions > model.dimension:
        raise InvalidRequest(f"“{model.id}” makes vectors of {model.dimension} numbers.", param="dimensions")
    return dimensions or model.dimension


def _rendered(model: str, vectors: Vectors, dimension: int, encoding: str) -> bytes:
    """Return the body as JSON: many numbers, so this is work for a thread."""
    data = [
        {"object": "embedding", "index": index, "embedding": vector}
        for index, vector in enumerate(encoded(vectors, dimension, encoding))
    ]
    used = vectors.usage.prompt_tokens
    usage = {"prompt_tokens": used, "total_tokens": used}
    return bytes(JSONResponse({"object": "list", "data": data, "model": model, "usage": usage}).body)


def encoded(vectors: Vectors, dimension: int, encoding: str) -> list[Any]:
    """Return each vector as numbers or base64 of little-endian float32; a shortened one has length 1 again."""
    import numpy as np  # late: the engine at rest does without it

    rows = np.frombuffer(vectors.data, dtype="<f4").reshape(-1, vectors.dimension)[:, :dimension]
    if dimension < vectors.dimension:
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        rows = rows / np.where(lengths == 0, 1, lengths)
    rows = np.ascontiguousarray(rows, dtype="<f4")
    if encoding == "base64":
        return [base64.b64encode(row.tobytes()).decode() for row in rows]
    return list(rows.tolist())
