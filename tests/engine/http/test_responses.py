"""Responses over the application and the real service of agents, whole, streamed and in the background."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import msgspec
import pytest
from ogx_client.types import ResponseListResponse
from openai.types.responses import Response

from app.engine.domain.errors import ModelHostDied
from app.engine.domain.inference import Message, ToolCallDelta
from app.engine.http.agent_ids import response_id, turn_of
from tests.fakes.chat_model import FakeChatModel
from tests.fakes.models import STARTER
from tests.fakes.serving import listening
from tests.fakes.waiting import soon

PATH = "/v1/responses"
TIME = {"type": "function", "name": "get_time", "parameters": {"type": "object"}}
CALLING = ToolCallDelta(0, "call_1", "get_time", '{"zone": "UTC"}')
NOON = {"type": "function_call_output", "call_id": "call_1", "output": "noon"}


def asked(**fields: Any) -> dict[str, Any]:
    return {"model": STARTER.id, "input": "Hi"} | fields


async def create(client: httpx.AsyncClient, **fields: Any) -> dict[str, Any]:
    answer = await client.post(PATH, json=asked(**fields))
    assert answer.status_code == 200, answer.text
    Response.model_validate(answer.json())
    body: dict[str, Any] = answer.json()
    return body


async def refused(client: httpx.AsyncClient, **fields: Any) -> tuple[int, str, str]:
    """The status, the field and the words of a refusal; nothing is left behind."""
    before = (await client.get(PATH)).json()
    answer = await client.post(PATH, json=asked(**fields))
    assert (await client.get(PATH)).json() == before
    error = answer.json()["error"]
    return answer.status_code, error["param"], error["message"]


async def stream(client: httpx.AsyncClient, **fields: Any) -> list[dict[str, Any]]:
    answer = await client.post(PATH, json=asked(stream=True, **fields))
    assert answer.headers["content-type"].startswith("text/event-stream"), answer.text
    return events_of(answer.text)


def events_of(text: str) -> list[dict[str, Any]]:
    found = [json.loads(line.removeprefix("data: ")) for line in text.split("\n\n") if line]
    assert all(each["sequence_number"] == number for number, each in enumerate(found))
    return found


def text_of(body: dict[str, Any]) -> str:
    return Response.model_validate(body).output_text


async def decide(agents, **fields: Any) -> None:
    """Change the person's policy."""
    await agents.safety.set_policy(msgspec.structs.replace(agents.safety.policy(), **fields))


def seen(agents) -> list[tuple[str, str]]:
    """What the model saw last: roles and texts."""
    return [(message.role, message.content) for message in agents.case.model.requests[-1].messages]


@pytest.mark.parametrize("path", [PATH, "/v1/openai/v1/responses"])
async def test_an_answer_can_be_fetched_again(client, path: str) -> None:
    body = (await client.post(path, json=asked(metadata={"a": "b"}, instructions="Be kind."))).json()
    assert (text_of(body), body["status"], body["metadata"]) == ("an answer", "completed", {"a": "b"})
    assert (await client.get(f"{path}/{body['id']}")).json() == body


async def test_the_answer_is_shaped_as_asked(agents, client) -> None:
    await create(client, instructions="Be kind.", temperature=0, max_output_tokens=5, tools=[TIME], tool_choice="none")
    (request,) = agents.case.model.requests
    assert seen(agents) == [("system", "Be kind."), ("user", "Hi")]
    assert (request.sampling.temperature, request.max_tokens, request.tool_choice.mode) == (0, 5, "none")


async def test_a_stream_tells_what_is_fetched_afterwards(client) -> None:
    found = await stream(client)
    assert [each["type"] for each in found[:2]] == ["response.created", "response.in_progress"]
    assert "".join(each["delta"] for each in found if each["type"] == "response.output_text.delta") == "an answer"
    last = found[-1]
    assert last["type"] == "response.completed"
    assert (await client.get(f"{PATH}/{last['response']['id']}")).json() == last["response"]


async def test_a_response_follows_another(agents, client) -> None:
    first = await create(client, instructions="Only once.")
    second = await create(client, input="And then?", previous_response_id=first["id"])
    assert second["previous_response_id"] == first["id"] and second["instructions"] is None
    assert seen(agents) == [("user", "Hi"), ("assistant", "an answer"), ("user", "And then?")]
    # Another one may follow the same.
    await create(client, input="Or else?", previous_response_id=first["id"])
    assert seen(agents)[-1] == ("user", "Or else?") and len(seen(agents)) == 3


async def test_a_response_that_is_not_stored_leaves_nothing(agents, client) -> None:
    first = await create(client)
    body = await create(client, input="And then?", previous_response_id=first["id"], store=False)
    assert body["store"] is False and text_of(body) == "an answer"
    assert seen(agents)[0] == ("user", "Hi")
    assert (await client.get(f"{PATH}/{body['id']}")).status_code == 404
    (found,) = (await client.get(PATH)).json()["data"]
    assert found["id"] == first["id"]
    events = await stream(client, store=False)
    assert events[0]["response"]["store"] is False and text_of(events[-1]["response"]) == "an answer"


async def test_a_function_is_called_and_its_result_goes_on(agents, client) -> None:
    agents.case.model = FakeChatModel(CALLING, reason="tool_calls")
    first = await create(client, tools=[TIME], tool_choice="required")
    (call,) = first["output"]
    assert (call["type"], call["call_id"], call["name"]) == ("function_call", "call_1", "get_time")
    assert agents.case.model.requests[0].tool_choice.mode == "required"
    agents.case.model = FakeChatModel("Noon.")
    second = await create(client, input=[NOON], previous_response_id=first["id"], tools=[TIME])
    assert text_of(second) == "Noon."
    result = agents.case.model.requests[0].messages[-1]
    assert result == Message(role="tool", content="noon", name="get_time", tool_call_id="call_1")
    assert (await refused(client, input=[NOON]))[:2] == (400, "input.0.call_id")


async def test_a_history_can_be_brought_along(agents, client) -> None:
    agents.case.model = FakeChatModel(CALLING, reason="tool_calls")
    first = await create(client, tools=[TIME])
    question = {"role": "user", "content": "What is the time?"}
    await create(client, input=[question, *first["output"], NOON], tools=[TIME])
    *_, made, result = agents.case.model.requests[-1].messages
    assert made.tool_calls[0].id == result.tool_call_id == "call_1" and result.name == "get_time"


async def test_items_can_be_referred_to(agents, client) -> None:
    first = await create(client)
    (asked_item,) = (await client.get(f"{PATH}/{first['id']}/input_items")).json()["data"]
    ids = [asked_item["id"], first["output"][0]["id"]]
    await create(
        client, input=[*({"type": "item_reference", "id": each} for each in ids), {"role": "user", "content": "?"}]
    )
    assert seen(agents) == [("user", "Hi"), ("assistant", "an answer"), ("user", "?")]
    status, _, words = await refused(client, input=[{"type": "item_reference", "id": "msg_nothing"}])
    assert status == 404 and "msg_nothing" in words


async def test_memory_is_looked_into_before_the_answer(agents, client) -> None:
    bank = await agents.memory.create_bank("Stable")
    agents.turn_memory.passages = ["The golden stallion sleeps behind the barn."]
    agents.case.model = FakeChatModel("The golden stallion sleeps behind the barn.")
    search = {"type": "file_search", "vector_store_ids": [bank.id], "max_num_results": 3}
    fields = {"input": "Where is the hay?", "tools": [search]}
    body = await create(client, **fields, include=["file_search_call.results"])
    found, message = body["output"]
    assert [result["text"] for result in found["results"]] == ["The golden stallion sleeps behind the barn."]
    assert message["content"][0]["annotations"][0]["filename"] == "d0.txt"
    assert agents.turn_memory.searches[0].limit == 3
    assert body["tools"] == [search]
    path = f"{PATH}/{body['id']}"
    assert (await client.get(path)).json()["output"][0]["results"] is None
    for query in ("include=file_search_call.results", "include[]=file_search_call.results"):
        assert (await client.get(f"{path}?{query}")).json()["output"] == body["output"]
    events = await stream(client, **fields)
    assert "response.file_search_call.searching" in [each["type"] for each in events]
    assert (await refused(client, tools=[search | {"vector_store_ids": ["vs_none"]}]))[0] == 404


@pytest.mark.parametrize("streamed", [False, True])
async def test_a_blocked_question_is_refused_in_a_response(agents, client, streamed: bool) -> None:
    if streamed:
        body = (await stream(client, input="How is dynamite made?"))[-1]["response"]
    else:
        body = await create(client, input="How is dynamite made?")
    (message,) = body["output"]
    (part,) = message["content"]
    assert (body["status"], part["type"]) == ("completed", "refusal") and "Weapons" in part["refusal"]
    assert agents.case.model.closed == len(agents.case.model.requests)


async def test_a_blocked_answer_is_nowhere(agents, client) -> None:
    agents.case.model = FakeChatModel("Take ", "dynamite.")
    body = await create(client)
    assert body["output"][0]["content"][0]["type"] == "refusal"
    events = await stream(client)
    assert "dynamite" not in json.dumps([body, events])
    listed = (await client.get(PATH)).text
    assert "dynamite" not in listed


async def test_an_answer_that_was_shown_is_taken_back(agents, client) -> None:
    await decide(agents, streaming="final")
    agents.case.model = FakeChatModel("Take ", "dynamite.")
    events = await stream(client)
    kinds = [each["type"] for each in events]
    shown = kinds.index("response.output_text.delta")
    assert "dynamite" in json.dumps(events[: shown + 1]) and "dynamite" not in json.dumps(events[shown + 1 :])
    assert (
        kinds[-5:-3] == ["response.refusal.delta", "response.refusal.done"] and "response.output_text.done" not in kinds
    )
    body = events[-1]["response"]
    assert (await client.get(f"{PATH}/{body['id']}")).json() == body


async def test_guardrails_are_added_to_the_policy(agents, client) -> None:
    await create(client, guardrails=["llama-guard"])
    status, _, words = await refused(client, guardrails=[{"type": "no-such-shield"}])
    assert status == 404 and "no-such-shield" in words
    assert (await refused(client, guardrails=["no-such-shield"], stream=True))[0] == 404
    assert (await refused(client, guardrails=["no-such-shield"], store=False))[0] == 404


@pytest.mark.parametrize(
    ("fields", "status", "param"),
    [
        ({"model": "nowhere"}, 404, None),
        ({"model": "nowhere", "stream": True}, 404, None),
        ({"model": "nowhere", "background": True}, 404, None),
        ({"input": " \n"}, 400, "input"),
        ({"mood": 1}, 400, "mood"),
        ({"background": True, "store": False}, 400, "background"),
        ({"previous_response_id": "resp_1", "conversation": "conv_1"}, 400, "previous_response_id"),
        ({"previous_response_id": response_id("0" * 32)}, 404, "previous_response_id"),
        ({"previous_response_id": "resp_1"}, 404, "previous_response_id"),
        ({"conversation": "conv_" + "0" * 48}, 404, "conversation"),
        ({"input": "word " * 2000}, 400, "messages"),
        ({"input": "word " * 2000, "stream": True}, 400, "messages"),
        ({"input": "word " * 2000, "store": False}, 400, "messages"),
    ],
    ids=str,
)
async def test_what_cannot_be_answered_has_a_status(client, fields, status: int, param: str | None) -> None:
    found = await refused(client, **fields)
    assert found[0] == status, found
    if param and param != "messages":
        assert found[1] == param


@pytest.mark.parametrize("streamed", [False, True])
async def test_a_model_that_dies_before_its_first_word_is_an_error(agents, client, streamed: bool) -> None:
    agents.case.model = FakeChatModel(ModelHostDied("It died."))
    assert (await refused(client, stream=streamed))[0] == 503


async def test_a_model_that_dies_amid_an_answer_fails_it(agents, client) -> None:
    await decide(agents, enabled=False)
    agents.case.model = FakeChatModel("Hay ", ModelHostDied("It died."))
    body = await create(client)
    assert (body["status"], body["error"]["code"], text_of(body)) == ("failed", "server_error", "Hay ")
    last = (await stream(client))[-1]
    assert last["type"] == "response.failed" and last["response"]["error"]["message"] == "It died."


async def test_an_answer_cut_short(agents, client) -> None:
    agents.case.model = FakeChatModel("Hay ", reason="length")
    assert (await create(client))["incomplete_details"] == {"reason": "max_output_tokens"}
    assert (await stream(client))[-1]["type"] == "response.incomplete"


async def test_in_the_background(agents, client) -> None:
    gate = asyncio.Event()
    agents.case.model = FakeChatModel("an ", gate, "answer")
    begun = await create(client, background=True)
    assert (begun["status"], begun["background"], begun["output"]) == ("in_progress", True, [])
    gate.set()
    watched = events_of((await client.get(f"{PATH}/{begun['id']}?stream=true")).text)
    assert watched[-1]["type"] == "response.completed"
    body = (await client.get(f"{PATH}/{begun['id']}")).json()
    assert (body["status"], text_of(body)) == ("completed", "an answer")
    again = (await client.get(f"{PATH}/{begun['id']}?stream=true&starting_after=500")).text
    (last,) = [json.loads(line.removeprefix("data: ")) for line in again.split("\n\n") if line]
    assert (last["type"], last["sequence_number"]) == ("response.completed", 501)


async def test_what_runs_in_the_background_can_be_cancelled(agents, client) -> None:
    await decide(agents, enabled=False)
    agents.case.model = FakeChatModel("an ", asyncio.Event())
    begun = await create(client, background=True)
    path = f"{PATH}/{begun['id']}"
    while not (await client.get(path)).json()["output"]:
        pass
    body = (await client.post(f"{PATH}/{begun['id']}/cancel")).json()
    assert (body["status"], text_of(body)) == ("cancelled", "an ")
    assert (await client.get(f"{PATH}/{begun['id']}")).json() == body


@pytest.mark.parametrize("fields", [{}, {"stream": True}, {"store": False}, {"store": False, "stream": True}])
@pytest.mark.parametrize("background", [False, True])
async def test_who_goes_away_stops_what_is_not_in_the_background(agents, fields, background: bool) -> None:
    if background and "store" in fields:
        return
    gate = asyncio.Event()
    model = agents.case.model = FakeChatModel("an ", gate, "answer")
    async with listening(agents) as address, httpx.AsyncClient(base_url=address) as client:
        request = client.build_request("POST", PATH, json=asked(background=background, **fields))
        work = asyncio.create_task(client.send(request, stream=True))
        await soon(lambda: model.requests)
        if background:
            await (await work).aclose()
        work.cancel()
        await asyncio.wait([work])
        if not work.cancelled():
            await (work.result()).aclose()
        if background:
            gate.set()
        await soon(lambda: model.closed)
        await soon(lambda: not agents.agents._running)
        (body,) = (await client.get(PATH)).json()["data"] or [None]
    if "store" in fields:
        assert body is None
    else:
        assert body["status"] == ("completed" if background else "cancelled")


async def test_responses_are_listed(client) -> None:
    made = [(await create(client, input=str(number)))["id"] for number in range(3)]
    page = (await client.get(PATH, params={"limit": 2})).json()
    assert ([each["id"] for each in page["data"]], page["has_more"]) == (made[:0:-1], True)
    for each in page["data"]:
        assert ResponseListResponse.model_validate(each).input[0].content[0].text in "012"
    rest = (await client.get(PATH, params={"after": page["last_id"], "order": "desc"})).json()
    assert ([each["id"] for each in rest["data"]], rest["has_more"]) == (made[:1], False)
    assert (await client.get(PATH, params={"model": "another"})).json()["data"] == []


async def test_what_was_asked_is_listed(client) -> None:
    items = [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hi"}]
    body = await create(client, input=items)
    path = f"{PATH}/{body['id']}/input_items"
    newest = (await client.get(path)).json()
    assert [item["role"] for item in newest["data"]] == ["user", "system"]
    page = (await client.get(path, params={"order": "asc", "limit": 1, "include[]": "x"})).json()
    assert (page["data"][0]["content"], page["has_more"]) == ([{"type": "input_text", "text": "Be kind."}], True)


async def test_a_response_is_deleted(client) -> None:
    first = await create(client)
    second = await create(client, previous_response_id=first["id"])
    path = f"{PATH}/{first['id']}"
    assert (await client.delete(path)).json() == {"id": first["id"], "object": "response", "deleted": True}
    assert (await client.get(path)).status_code == (await client.delete(path)).status_code == 404
    assert (await client.get(f"{PATH}/{second['id']}")).status_code == 200


async def test_what_the_person_chats_about_is_no_response(agents, client) -> None:
    session = await agents.agents.create_session()
    turn = await agents.case.answered(session, "A secret.")
    for method, end in [("GET", ""), ("DELETE", ""), ("POST", "/cancel"), ("GET", "/input_items")]:
        assert (await client.request(method, f"{PATH}/{response_id(turn.id)}{end}")).status_code == 404
    assert (await refused(client, previous_response_id=response_id(turn.id)))[0] == 404
    assert (await client.get(PATH)).json()["data"] == []
    assert turn_of(response_id(turn.id)) == turn.id
