"""POST /v1/moderations in OpenAI's shape: as many results as texts, with true probabilities for safe texts too.

Names of categories are those of Llama Guard; where OpenAI has a word of its own for one, it stands there as well, so
that its clients find what they look for.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import uuid4

from fastapi import APIRouter
from pydantic import Field

from app.engine.domain.errors import InvalidRequest
from app.engine.domain.safety import Category, Moderation, Occasion
from app.engine.facade import Engine
from app.engine.http.wire import Strict, whole

MOST_TEXTS = 1000
# OpenAI's categories that Llama Guard has a category for; the others are left out rather than made up.
OPENAI_NAMES = {
    "hate": "hate",
    "illicit": "non_violent_crimes",
    "self-harm": "self_harm",
    "sexual": "sexual_content",
    "sexual/minors": "child_exploitation",
    "violence": "violent_crimes",
}


class TextInput(Strict):
    """A text as OpenAI's multimodal moderation takes it."""

    type: Literal["text"]
    text: str


class ModerationBody(Strict):
    """The body of POST /v1/moderations; without a model the person's guard judges."""

    input: str | Annotated[list[str], Field(max_length=MOST_TEXTS)] | list[TextInput]
    model: str | None = None


def router(engine: Engine) -> APIRouter:
    """Return the route of one engine."""
    routes = APIRouter(tags=["safety"])

    @routes.post("/moderations", summary="Score texts by category")
    async def moderations(body: ModerationBody) -> dict[str, Any]:
        texts = _texts(body)
        if not texts:
            raise InvalidRequest("There is nothing to judge.", param="input")
        judged = await engine.safety.moderate(texts, model=body.model or "", occasion=Occasion())
        categories = await engine.safety.categories()
        return {
            "id": f"modr-{uuid4().hex}",
            "model": judged[0].model or body.model or "",
            "results": [result(each, categories) for each in judged],
        }

    return routes


def result(moderation: Moderation, categories: tuple[Category, ...]) -> dict[str, Any]:
    """Return the result of one text."""
    names = {category.id: category.name for category in categories}
    scores = {names.get(each, each): score for each, score in moderation.scores.items()}
    flags = {names.get(each, each): each in moderation.flagged_categories for each in moderation.scores}
    for theirs, ours in OPENAI_NAMES.items():
        if ours in moderation.scores:
            scores[theirs] = moderation.scores[ours]
            flags[theirs] = ours in moderation.flagged_categories
    return {
        "flagged": moderation.flagged,
        "categories": flags,
        "category_scores": scores,
        "category_applied_input_types": {name: ["text"] for name in flags},
        "user_message": moderation.message or None,
        "metadata": {"categories": list(moderation.flagged_categories)},
    }


def _texts(body: ModerationBody) -> tuple[str, ...]:
    parts = [body.input] if isinstance(body.input, str) else body.input
    texts = (part if isinstance(part, str) else part.text for part in parts)
    return tuple(whole(text, f"input.{index}") for index, text in enumerate(texts))
