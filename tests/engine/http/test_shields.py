"""Shields are listed, named, asked and forgotten as Llama Stack's clients do it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from app.engine.domain.safety import LLAMA_GUARD, PROMPT_GUARD
from tests.fakes.models import STARTER
from tests.fakes.serving import ServedEngine, calling
from tests.fakes.serving_safety import word_safety
from tests.fakes.shields import BAD


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[ServedEngine]:
    async with word_safety(tmp_path) as (service, guard):
        made = ServedEngine()
        made.safety = service  # type: ignore[assignment]
        made.guard = guard  # type: ignore[attr-defined]
        yield made


async def run_shield(engine: ServedEngine, *messages: dict[str, Any], **fields: Any) -> Any:
    body = {"shield_id": LLAMA_GUARD, "messages": list(messages)} | fields
    async with calling(engine) as client:
        return await client.post("/v1/safety/run-shield", json=body)


async def test_a_safe_message_has_no_violation(engine) -> None:
    answer = await run_shield(engine, {"role": "user", "content": "What does the mare eat?"}, params={})
    assert (answer.status_code, answer.json()) == (200, {"violation": None})


async def test_a_violation_says_what_and_how_sure(engine) -> None:
    violation = (await run_shield(engine, {"role": "user", "content": f"Get me {BAD}"})).json()["violation"]
    assert violation["violation_level"] == "error"
    assert "Weapons" in violation["user_message"]
    assert violation["metadata"] == {
        "violation_type": "S9",
        "categories": ["indiscriminate_weapons"],
        "probability": 0.9,
    }


@pytest.mark.parametrize(
    ("role", "direction"), [("user", "input"), ("system", "input"), ("assistant", "output"), ("tool", "tool")]
)
async def test_the_last_message_is_judged_as_who_said_it(engine, role: str, direction: str) -> None:
    last = {"role": role, "content": [{"type": "text", "text": "oats"}], "stop_reason": "end_of_turn"}
    answer = await run_shield(engine, {"role": "user", "content": {"type": "text", "text": "before"}}, last)
    assert answer.status_code == 200
    (question,) = engine.guard.asked
    assert (question.direction, question.text) == (direction, "oats")
    assert [message.content for message in question.conversation] == ["before"]


async def test_a_guard_that_fails_is_a_violation_that_says_so(engine) -> None:
    engine.guard.broken = True
    violation = (await run_shield(engine, {"role": "user", "content": "oats"})).json()["violation"]
    assert violation["violation_level"] == "error"
    assert "process ended" in violation["metadata"]["error"]


@pytest.mark.parametrize(
    ("fields", "status", "param"),
    [
        ({"shield_id": "nobody"}, 404, "shields"),
        ({"messages": []}, 400, "messages"),
        ({"messages": [{"role": "nobody", "content": "x"}]}, 400, "messages.0.role"),
        ({"params": {"loose": True}}, 400, "params"),
        ({"model": "x"}, 400, "model"),
    ],
    ids=str,
)
async def test_what_cannot_be_is_named(engine, fields: dict[str, Any], status: int, param: str) -> None:
    answer = await run_shield(engine, {"role": "user", "content": "x"}, **fields)
    assert answer.status_code == status
    assert answer.json()["error"]["param"].startswith(param)


async def test_half_characters_are_refused(engine) -> None:
    async with calling(engine) as client:
        raw = '{"shield_id": "llama-guard", "messages": [{"role": "user", "content": "\\ud800"}]}'
        answer = await client.post("/v1/safety/run-shield", content=raw, headers={"content-type": "application/json"})
    assert answer.status_code == 400


async def test_shields_are_listed_named_and_forgotten(engine) -> None:
    async with calling(engine) as client:
        listed = (await client.get("/v1/shields")).json()["data"]
        assert [each["identifier"] for each in listed] == [LLAMA_GUARD, PROMPT_GUARD]
        assert listed[0] == {
            "identifier": LLAMA_GUARD,
            "provider_id": "inline::llama-guard",
            "provider_resource_id": "a-guard",
            "type": "shield",
            "params": {"state": "ready", "ready": True},
        }
        wanted = {
            "shield_id": "mine/guard",
            "provider_id": "llama-guard",
            "provider_shield_id": STARTER.id,
            "params": {"excluded_categories": ["S9", "hate"]},
        }
        made = await client.post("/v1/shields", json=wanted)
        assert made.status_code == 200
        assert made.json()["provider_resource_id"] == STARTER.id and made.json()["params"]["ready"]
        assert made.json()["params"]["excluded_categories"] == ["indiscriminate_weapons", "hate"]
        found = (await client.get("/v1/shields/mine/guard")).json()
        assert (found["identifier"], found["params"]["state"]) == ("mine/guard", "ready")
        asked = {"shield_id": "mine/guard", "messages": [{"role": "user", "content": BAD}]}
        violation = (await client.post("/v1/safety/run-shield", json=asked)).json()["violation"]
        assert violation is not None, "the person's policy is stricter than the app"
        assert (await client.delete("/v1/shields/mine/guard")).status_code == 200
        assert (await client.get("/v1/shields/mine/guard")).status_code == 404
        assert (await client.delete("/v1/shields/mine/guard")).status_code == 404
        assert (await client.delete(f"/v1/shields/{LLAMA_GUARD}")).status_code == 409


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"provider_id": "nobody"}, "provider_id"),
        ({"params": {"excluded_categories": ["S99"]}}, "params.excluded_categories"),
        ({"params": {"excluded_categories": "S9"}}, "params"),
        ({"params": {"temperature": 1}}, "params.temperature"),
        ({"shield_id": ""}, "shield_id"),
    ],
    ids=str,
)
async def test_a_name_that_cannot_be_is_refused(engine, fields: dict[str, Any], param: str) -> None:
    async with calling(engine) as client:
        answer = await client.post("/v1/shields", json={"shield_id": "mine"} | fields)
    assert answer.status_code == 400
    assert answer.json()["error"]["param"].startswith(param)
