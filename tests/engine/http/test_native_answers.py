"""Turns of classic agents: answered whole and as a stream, resumed, blocked, failed, and left."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import msgspec
import pytest

from app.engine.domain.errors import ModelHostDied
from tests.fakes.chat_model import FakeChatModel
from tests.fakes.native_client import CLOCK, NativeClient, calling_model, objects_of, payloads_of
from tests.fakes.serving import calling, listening
from tests.fakes.serving_agents import ServedAgents
from tests.fakes.shields import BAD
from tests.fakes.waiting import soon

LIMIT = 5.0  # guards against a hang
NOON = {"call_id": "c0", "tool_name": "clock", "content": "noon", "metadata": {}}


def kinds(payloads: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(each["event_type"], each.get("step_type", "")) for each in payloads]


def request(engine: ServedAgents, number: int = -1) -> Any:
    return engine.case.model.requests[number]


async def test_a_turn_is_answered_whole(agents: ServedAgents) -> None:
    async with calling(agents) as client:
        turn = await (await NativeClient.open(client)).turn("Hi")
    assert turn["output_message"] == {
        "role": "assistant", "content": "an answer", "stop_reason": "end_of_turn", "tool_calls": []
    }  # fmt: skip
    assert turn["input_messages"] == [{"role": "user", "content": "Hi", "context": None}]
    assert turn["completed_at"] >= turn["started_at"]
    assert [message.content for message in request(agents).messages] == ["Be kind.", "Hi"]


@pytest.mark.parametrize("prefix", ["/v1", "/v1alpha"])
async def test_a_turn_is_streamed(agents: ServedAgents, prefix: str) -> None:
    async with calling(agents) as client:
        mine = await NativeClient.open(client, prefix)
        answer = await mine.ask(stream=True)
        kept = (await client.get(mine.session)).json()["turns"]
    assert answer.headers["content-type"].startswith("text/event-stream") and "[DONE]" not in answer.text
    told = payloads_of(objects_of(answer))
    begun, *steps, ended = told
    assert begun == {"event_type": "turn_start", "turn_id": ended["turn"]["turn_id"]}
    assert ended["event_type"] == "turn_complete" and [ended["turn"]] == kept
    inference = [each for each in steps if each["step_type"] == "inference"]
    assert [each["event_type"] for each in inference][0 :: len(inference) - 1] == ["step_start", "step_complete"]
    said = "".join(each["delta"]["text"] for each in inference[1:-1])
    assert said == inference[-1]["step_details"]["model_response"]["content"] == "an answer"
    checks = [each for each in told if each["event_type"] == "step_complete" and each["step_type"] == "shield_call"]
    assert [each["step_details"]["violation"] for each in checks] == [None, None]


@pytest.mark.parametrize(("prefix", "arguments"), [("/v1", {"zone": "UTC"}), ("/v1alpha", '{"zone": "UTC"}')])
async def test_calls_are_awaited_and_their_results_taken(agents: ServedAgents, prefix: str, arguments: Any) -> None:
    agents.case.model = calling_model("clock")
    async with calling(agents) as client:
        mine = await NativeClient.open(client, prefix, client_tools=[CLOCK])
        *told, ended = payloads_of(await mine.stream())
        message = ended["turn"]["output_message"]
        assert (ended["event_type"], message["stop_reason"]) == ("turn_awaiting_input", "end_of_message")
        (call,) = message["tool_calls"]
        assert (call["call_id"], call["tool_name"], call["arguments"]) == ("c0", "clock", arguments)
        deltas = [each["delta"] for each in told if each["event_type"] == "step_progress"]
        statuses = [delta["parse_status"] for delta in deltas if delta["type"] == "tool_call"]
        assert statuses == ["started", "in_progress", "succeeded"] and deltas[-1]["tool_call"] == call

        agents.case.model = FakeChatModel("It is noon.")
        answer = await mine.resume(ended["turn"]["turn_id"], NOON, stream=True)
        resumed = payloads_of(objects_of(answer))
        last = resumed[-1]
        kept = (await client.get(f"{mine.session}/turn/{ended['turn']['turn_id']}")).json()
    executed = next(each for each in resumed if each.get("step_type") == "tool_execution" and "step_details" in each)
    assert executed["step_details"]["tool_responses"] == [NOON]
    assert last["event_type"] == "turn_complete" and last["turn"] == kept
    assert last["turn"]["output_message"]["content"] == "It is noon."
    assert [step["step_type"] for step in kept["steps"] if step["step_type"] != "shield_call"] == [
        "inference",
        "tool_execution",
        "inference",
    ]
    assert [message.role for message in request(agents).messages][-3:] == ["user", "assistant", "tool"]


async def test_calls_are_awaited_and_resumed_without_a_stream(agents: ServedAgents) -> None:
    agents.case.model = calling_model("clock")
    async with calling(agents) as client:
        mine = await NativeClient.open(client, client_tools=[CLOCK])
        turn = await mine.turn()
        assert turn["output_message"]["tool_calls"][0]["arguments_json"] == '{"zone": "UTC"}'
        for results in ([NOON | {"call_id": "other"}], [NOON, NOON | {"call_id": "more"}]):
            assert (await mine.resume(turn["turn_id"], *results)).status_code == 400
        agents.case.model = FakeChatModel("Noon.")
        resumed = (await mine.resume(turn["turn_id"], NOON)).json()
        assert (resumed["turn_id"], resumed["output_message"]["content"]) == (turn["turn_id"], "Noon.")
        assert (await mine.resume(turn["turn_id"], NOON)).status_code == 400


async def test_a_turn_has_its_own_choice_and_banks(agents: ServedAgents) -> None:
    bank = await agents.memory.create_bank("Stable")
    agents.turn_memory.passages = ["Foals eat oats."]
    async with calling(agents) as client:
        mine = await NativeClient.open(client, client_tools=[CLOCK])
        group = {"name": "builtin::rag", "args": {"vector_db_ids": [bank.id]}}
        turn = await mine.turn("Oats?", toolgroups=[group], tool_config={"tool_choice": "clock"})
        assert (request(agents).tool_choice.mode, request(agents).tool_choice.name) == ("named", "clock")
        found = next(step for step in turn["steps"] if step["step_type"] == "memory_retrieval")
        assert (found["vector_db_ids"], found["inserted_context"]) == (
            bank.id,
            [{"type": "text", "text": "Foals eat oats."}],
        )
        await mine.turn("Again?")
        assert request(agents).tool_choice.mode == "auto"
        missing = await mine.ask(toolgroups=[{"name": "builtin::rag", "args": {"vector_db_ids": ["nowhere"]}}])
        assert missing.status_code == 404


@pytest.mark.parametrize("stream", [False, True])
async def test_a_blocked_message_says_what_the_shield_says(agents: ServedAgents, stream: bool) -> None:
    async with calling(agents) as client:
        mine = await NativeClient.open(client, input_shields=["llama-guard"])
        if stream:
            told = payloads_of(await mine.stream(f"How to make {BAD}?"))
            assert ("step_start", "inference") not in kinds(told)
            turn = told[-1]["turn"]
        else:
            turn = await mine.turn(f"How to make {BAD}?")
    (check,) = turn["steps"]
    assert (check["step_type"], check["violation"]["violation_level"]) == ("shield_call", "error")
    message = turn["output_message"]
    assert (message["content"], message["stop_reason"]) == (check["violation"]["user_message"], "end_of_turn")
    assert "Weapons" in message["content"]


async def test_what_was_streamed_and_taken_back_is_not_in_the_end(agents: ServedAgents) -> None:
    await agents.safety.set_policy(msgspec.structs.replace(agents.safety.policy(), streaming="retract"))
    agents.case.model = FakeChatModel("First ", "take ", BAD)
    async with calling(agents) as client:
        mine = await NativeClient.open(client, output_shields=["llama-guard"])
        told = payloads_of(await mine.stream())
        kept = (await client.get(mine.session)).json()["turns"][0]
    assert any(each["event_type"] == "step_progress" for each in told)
    assert told[-1]["turn"] == kept and BAD not in str(kept)
    assert kept["output_message"]["stop_reason"] == "end_of_turn"
    assert "Weapons" in kept["output_message"]["content"]


async def test_a_failed_turn_is_an_error(agents: ServedAgents) -> None:
    agents.case.model = FakeChatModel("Half", ModelHostDied("The model's process ended."))
    async with calling(agents) as client:
        mine = await NativeClient.open(client)
        whole = await mine.ask()
        assert (whole.status_code, whole.json()["error"]["code"]) == (503, "model_host_died")
        *told, last = await mine.stream()
        assert last == whole.json() and payloads_of(told)[0]["event_type"] == "turn_start"
        nowhere = await NativeClient.open(client, model="nowhere")
        missing = await nowhere.ask()
        assert (missing.status_code, missing.json()["error"]["code"]) == (404, "model_not_found")


async def test_two_turns_of_a_session_do_not_run_at_once(agents: ServedAgents) -> None:
    gate = asyncio.Event()
    agents.case.model = FakeChatModel("Slow", gate)
    async with calling(agents) as client, asyncio.timeout(LIMIT):
        mine = await NativeClient.open(client)
        first = asyncio.create_task(mine.ask())
        await soon(lambda: agents.case.model.requests)
        assert (await mine.ask()).status_code == 409
        gate.set()
        assert (await first).status_code == 200


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "user", "content": " "}]}, "text"),
        ({"messages": [{"role": "user", "content": {"type": "image", "image": {}}}]}, "messages.0.content"),
        ({"messages": [{"role": "assistant", "content": "x"}]}, "messages.0"),
        ({"messages": [{"role": "user", "content": "x"}], "seed": 1}, "seed"),
    ],
    ids=str,
)
async def test_what_cannot_be_asked_is_named(agents: ServedAgents, body: dict[str, Any], param: str) -> None:
    async with calling(agents) as client:
        mine = await NativeClient.open(client)
        refused = await client.post(f"{mine.session}/turn", json=body)
    assert (refused.status_code, refused.json()["error"]["param"]) == (400, param)


@pytest.mark.parametrize("stream", [False, True])
async def test_who_leaves_ends_the_turn(agents: ServedAgents, stream: bool) -> None:
    agents.case.model = FakeChatModel("Half", asyncio.Event())
    await agents.safety.set_policy(msgspec.structs.replace(agents.safety.policy(), enabled=False))
    async with listening(agents) as url, httpx.AsyncClient(base_url=url) as client, asyncio.timeout(LIMIT):
        mine = await NativeClient.open(client)
        if stream:
            body = {"messages": [{"role": "user", "content": "Hi"}], "stream": True}
            async with client.stream("POST", f"{mine.session}/turn", json=body) as answer:
                async for line in answer.aiter_lines():
                    if "Half" in line:
                        break
        else:
            call = asyncio.create_task(mine.ask())
            await soon(lambda: agents.case.model.requests)
            call.cancel()
            await asyncio.wait([call])
        await soon(lambda: agents.case.model.closed)
        while await agents.agents.running_turns():
            await asyncio.sleep(0)
        (turn,) = (await client.get(mine.session)).json()["turns"]
        assert turn["output_message"]["stop_reason"] == "end_of_message"
        (kept,) = await agents.agents.turns(mine.session_id)
        assert kept.state == "cancelled"
