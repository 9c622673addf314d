"""/v1/shields and /v1/safety/run-shield, in Llama Stack's shape. Must not judge anything itself.

A shield an app registers is a name for a built-in one. The last message is judged, those before it are the
conversation; a message of the assistant is judged as an answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field

from app.engine.domain.errors import InvalidRequest, NotFound
from app.engine.domain.inference import Message
from app.engine.domain.safety import Direction, Judgement, Occasion, Outcome, Question, ShieldInfo
from app.engine.facade import Engine
from app.engine.http.wire import ChatMessage, Strict, TextPart, whole

LEVELS: dict[Outcome, str] = {"log": "info", "warn": "warn", "block": "error"}
_DIRECTIONS: dict[str, Direction] = {"assistant": "output", "tool": "tool"}


class ShieldMessage(ChatMessage):
    """A message, with the fields that only Llama Stack's own shapes have; `context` is retrieved text."""

    content: str | TextPart | list[TextPart] | None = None  # type: ignore[assignment]
    context: str | TextPart | list[TextPart] | None = None
    stop_reason: str | None = None
    call_id: str | None = None
    tool_name: str | None = None


class RunShieldBody(Strict):
    """The body of POST /v1/safety/run-shield; `params` is what Llama Stack 0.2 and 0.3 send, and must be empty."""

    shield_id: str
    messages: Annotated[list[ShieldMessage], Field(min_length=1)]
    params: dict[str, Any] | None = None


class ShieldBody(Strict):
    """The body of POST /v1/shields."""

    shield_id: Annotated[str, Field(min_length=1, max_length=200)]
    provider_id: str = "llama-guard"
    provider_shield_id: str | None = None
    params: dict[str, Any] | None = None


def router(engine: Engine) -> APIRouter:
    """Return the routes of one engine."""
    routes = APIRouter(tags=["safety"])

    @routes.post("/safety/run-shield", summary="Let one shield judge the last message")
    async def run_shield(body: RunShieldBody) -> dict[str, Any]:
        if body.params:
            raise InvalidRequest("Shields take no parameters here.", hint="Leave “params” empty.", param="params")
        judgement = await engine.safety.run_shield(body.shield_id, question(body.messages), occasion=Occasion())
        return {"violation": violation(judgement)}

    @routes.get("/shields", summary="List the shields")
    async def list_shields() -> dict[str, Any]:
        return {"data": [shield_body(shield) for shield in await engine.safety.shields()]}

    @routes.post("/shields", summary="Give a shield a name of your own")
    async def register(body: ShieldBody) -> dict[str, Any]:
        kept = await engine.safety.register_shield(await _wanted(engine, body))
        return shield_body(kept)

    @routes.get("/shields/{shield_id:path}", summary="Describe one shield")
    async def get_shield(shield_id: str) -> dict[str, Any]:
        for shield in await engine.safety.shields():
            if shield.id == shield_id:
                return shield_body(shield)
        raise NotFound(f"There is no shield “{shield_id}”.", param="shield_id")

    @routes.delete("/shields/{shield_id:path}", summary="Forget a name that was given")
    async def unregister(shield_id: str) -> None:
        await engine.safety.unregister_shield(shield_id)

    return routes


def question(messages: Sequence[ShieldMessage]) -> Question:
    """Return the last message as what is judged."""
    last = messages[-1]
    before = tuple(Message(role=_role(each), content=_text(each)) for each in messages[:-1])
    return Question(direction=_DIRECTIONS.get(last.role, "input"), text=_text(last), conversation=before)


def violation(judgement: Judgement) -> dict[str, Any] | None:
    """Return what Llama Stack calls a violation, None when nothing was found."""
    if judgement.outcome == "allow":
        return None
    concerns = [concern for verdict in judgement.verdicts for concern in verdict.concerns]
    codes = ",".join(dict.fromkeys(concern.code or concern.category for concern in concerns))
    failed = next((verdict.error for verdict in judgement.verdicts if verdict.error), "")
    metadata: dict[str, Any] = {"violation_type": codes or ("error" if failed else "unspecified")}
    metadata["categories"] = list(dict.fromkeys(concern.category for concern in concerns))
    metadata["probability"] = max((verdict.probability for verdict in judgement.verdicts), default=0.0)
    if failed:
        metadata["error"] = failed
    return {
        "violation_level": LEVELS[judgement.outcome],
        "user_message": judgement.message or None,
        "metadata": metadata,
    }


def shield_body(shield: ShieldInfo) -> dict[str, Any]:
    """Return a shield as Llama Stack's clients read it."""
    params: dict[str, Any] = {"state": shield.state, "ready": shield.ready}
    if shield.excluded:
        params["excluded_categories"] = list(shield.excluded)
    return {
        "identifier": shield.id,
        "provider_id": shield.provider_id,
        "provider_resource_id": shield.model or shield.stands_for or shield.id,
        "type": "shield",
        "params": params,
    }


async def _wanted(engine: Engine, body: ShieldBody) -> ShieldInfo:
    params = dict(body.params or {})
    excluded = params.pop("excluded_categories", [])
    if params or not isinstance(excluded, list):
        name = next(iter(params), "excluded_categories")
        raise InvalidRequest(f"The parameter “{name}” is not supported.", param=f"params.{name}")
    categories = await engine.safety.categories()
    by_code = {category.code: category.id for category in categories if category.code}
    unknown = [code for code in excluded if code not in by_code and code not in by_code.values()]
    if unknown:
        raise InvalidRequest(f"There is no category “{unknown[0]}”.", param="params.excluded_categories")
    models = {model.id for model in await engine.models.list()}
    resource = body.provider_shield_id or ""
    return ShieldInfo(
        id=body.shield_id,
        title=body.shield_id,
        description="",
        provider_id=body.provider_id,
        state="",
        ready=False,
        # Llama Stack names the provider's model here; one that is not installed means the person's guard.
        model=resource if resource in models else "",
        registered=True,
        excluded=tuple(by_code.get(str(code), str(code)) for code in excluded),
    )


def _role(message: ShieldMessage) -> Any:
    return "system" if message.role == "developer" else message.role


def _text(message: ShieldMessage) -> str:
    texts = [_content(message.content), _content(message.context)]
    return whole("\n".join(text for text in texts if text), "messages")


def _content(content: str | TextPart | Sequence[TextPart] | None) -> str:
    match content:
        case None:
            return ""
        case str():
            return content
        case TextPart():
            return content.text
        case _:
            return "\n".join(part.text for part in content)
