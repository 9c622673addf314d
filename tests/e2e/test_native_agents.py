"""Classic agents of Llama Stack over plain HTTP, against the whole engine with the starter model and a tiny guard."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from app.engine.host import EngineHost
from tests.e2e.conftest import KEY, MODEL
from tests.models import TINY_GUARD, TINY_GUARD_HELD_OUT

pytestmark = pytest.mark.leaks("the engine outlives the tests that share it")

ROWS = [json.loads(line) for line in TINY_GUARD_HELD_OUT.read_text(encoding="utf-8").splitlines()]
USER = [row for row in ROWS if row["role"] == "user"]
UNSAFE = next(row["text"] for row in USER if row["categories"] == ["violent_crimes"])
SAFE = next(row["text"] for row in USER if not row["categories"])
CLOCK = {
    "name": "clock",
    "description": "Tells the time.",
    "parameters": [{"name": "zone", "parameter_type": "str", "description": "UTC or CET", "required": True}],
}
WORDS = "red, orange, yellow"
CONFIG: dict[str, Any] = {
    "model": MODEL,
    "instructions": "Be brief.",
    "input_shields": ["llama-guard"],
    "output_shields": ["llama-guard"],
    "sampling_params": {"strategy": {"type": "greedy"}, "max_tokens": 60},
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with EngineHost(tmp_path_factory.mktemp("agents"), serve=True, port=0, api_key=KEY) as host:
        host.call(host.engine.models.import_file(TINY_GUARD)).result()
        host.call(host.engine.models.load(MODEL)).result()
        address = host.engine.preferences.endpoint().url
        with httpx.Client(base_url=address, headers={"authorization": f"Bearer {KEY}"}, timeout=120) as opened:
            yield opened


def session(client: httpx.Client, **config: Any) -> str:
    """Create an agent and a session of it; returns its address."""
    agent = client.post("/v1/agents", json={"agent_config": CONFIG | config}).json()["agent_id"]
    made = client.post(f"/v1/agents/{agent}/session", json={"session_name": "Mine"}).json()
    return f"/v1/agents/{agent}/session/{made['session_id']}"


def streamed(client: httpx.Client, address: str, body: dict[str, Any]) -> list[dict[str, Any]]:
    answer = client.post(address, json=body | {"stream": True})
    assert answer.status_code == 200, answer.text
    lines = [line.removeprefix("data: ") for line in answer.text.split("\n\n") if line]
    return [json.loads(line)["event"]["payload"] for line in lines]


def asked(text: str, **fields: Any) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": text}]} | fields


def test_a_turn_is_streamed_and_read_back(client: httpx.Client) -> None:
    form = {"type": "json_schema", "json_schema": {"const": WORDS}}
    mine = session(client, response_format=form)
    told = streamed(client, f"{mine}/turn", asked(SAFE))
    turn = told[-1]["turn"]
    assert (told[0]["event_type"], told[-1]["event_type"]) == ("turn_start", "turn_complete")
    said = "".join(each["delta"]["text"] for each in told if each["event_type"] == "step_progress")
    assert json.loads(said) == json.loads(turn["output_message"]["content"]) == WORDS
    assert [step["step_type"] for step in turn["steps"]] == ["shield_call", "inference", "shield_call"]
    assert [step["violation"] for step in turn["steps"] if step["step_type"] == "shield_call"] == [None, None]
    assert client.get(mine).json()["turns"] == [turn]
    for step in turn["steps"]:
        found = client.get(f"{mine}/turn/{turn['turn_id']}/step/{step['step_id']}")
        assert found.json() == {"step": step}


@pytest.mark.parametrize("stream", [True, False])
def test_a_forced_call_is_awaited_and_its_result_taken(client: httpx.Client, stream: bool) -> None:
    # The second answer is the last one: it has nothing to call.
    mine = session(client, client_tools=[CLOCK], tool_config={"tool_choice": "required"}, max_infer_iters=2)
    body = asked("What is the time?")
    waiting = (
        streamed(client, f"{mine}/turn", body)[-1]["turn"] if stream else client.post(f"{mine}/turn", json=body).json()
    )
    (call,) = waiting["output_message"]["tool_calls"]
    assert (call["tool_name"], waiting["output_message"]["stop_reason"]) == ("clock", "end_of_message")
    assert isinstance(json.loads(call["arguments_json"])["zone"], str) and "zone" in call["arguments"]
    result = {"call_id": call["call_id"], "tool_name": "clock", "content": "noon"}
    resume, given = f"{mine}/turn/{waiting['turn_id']}/resume", {"tool_responses": [result]}
    done = streamed(client, resume, given)[-1]["turn"] if stream else client.post(resume, json=given).json()
    assert done["turn_id"] == waiting["turn_id"] and done["output_message"]["content"].strip()
    kinds = [step["step_type"] for step in done["steps"] if step["step_type"] != "shield_call"]
    assert kinds == ["inference", "tool_execution", "inference"]
    executed = next(step for step in done["steps"] if step["step_type"] == "tool_execution")
    assert executed["tool_responses"] == [result | {"metadata": {}}]
    assert client.get(f"{mine}/turn/{done['turn_id']}").json() == done


def test_an_unsafe_message_is_answered_by_the_shield(client: httpx.Client) -> None:
    mine = session(client)
    told = streamed(client, f"{mine}/turn", asked(UNSAFE))
    turn = told[-1]["turn"]
    check = next(each for each in told if each["event_type"] == "step_complete")["step_details"]
    assert check["violation"]["violation_level"] == "error" and "S1" in check["violation"]["metadata"]["violation_type"]
    assert turn["output_message"] == {
        "role": "assistant",
        "content": check["violation"]["user_message"],
        "stop_reason": "end_of_turn",
        "tool_calls": [],
    }
    assert not any(step["step_type"] == "inference" for step in turn["steps"])


def test_a_result_of_a_tool_is_judged(client: httpx.Client) -> None:
    mine = session(client, client_tools=[CLOCK])
    body = asked("What is the time?", tool_config={"tool_choice": "clock"})
    waiting = client.post(f"{mine}/turn", json=body).json()
    (call,) = waiting["output_message"]["tool_calls"]
    hidden = "It is noon." + "".join(chr(0xE0000 + ord(letter)) for letter in "lie")
    given = {"tool_responses": [{"call_id": call["call_id"], "tool_name": "clock", "content": hidden}]}
    done = client.post(f"{mine}/turn/{waiting['turn_id']}/resume", json=given).json()
    violations = [step["violation"] for step in done["steps"] if step["step_type"] == "shield_call"]
    assert any(found and found["violation_level"] == "warn" for found in violations), done


def test_what_nobody_knows_is_refused(client: httpx.Client) -> None:
    refused = client.post("/v1/agents", json={"agent_config": CONFIG | {"input_shields": ["nobody"]}})
    assert refused.status_code == 404 and "nobody" in refused.json()["error"]["message"]
    failed = client.post(f"{session(client, model='nowhere')}/turn", json=asked(SAFE))
    assert failed.status_code == 404 and "nowhere" in failed.json()["error"]["message"]


def test_agents_are_listed_and_deleted(client: httpx.Client) -> None:
    mine = session(client)
    agent = mine.split("/")[3]
    assert agent in [each["agent_id"] for each in client.get("/v1alpha/agents").json()["data"]]
    assert client.delete(f"/v1/agents/{agent}").status_code == 200
    assert client.get(mine).status_code == client.get(f"/v1/agents/{agent}").status_code == 404
