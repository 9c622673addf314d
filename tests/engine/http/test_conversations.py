"""Conversations over the application and the real service of agents."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from openai.types.conversations import Conversation, ConversationItemList

from app.engine.http.agent_ids import conversation_id
from tests.fakes.chat_model import FakeChatModel
from tests.fakes.models import STARTER

PATH = "/v1/conversations"
HI = {"type": "message", "role": "user", "content": "Hi"}


async def create(client: httpx.AsyncClient, **fields: Any) -> dict[str, Any]:
    answer = await client.post(PATH, json=fields)
    assert answer.status_code == 200, answer.text
    Conversation.model_validate(answer.json())
    body: dict[str, Any] = answer.json()
    return body


async def respond(client: httpx.AsyncClient, conversation: Any, **fields: Any) -> dict[str, Any]:
    body = {"model": STARTER.id, "input": "Hi", "conversation": conversation} | fields
    answer = await client.post("/v1/responses", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def items(client: httpx.AsyncClient, conversation: str, **query: Any) -> dict[str, Any]:
    answer = await client.get(f"{PATH}/{conversation}/items", params={"order": "asc", **query})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    if found["data"]:
        ConversationItemList.model_validate(found)
    return found


def texts(page: dict[str, Any]) -> list[str]:
    return [part["text"] for item in page["data"] for part in item.get("content", ())]


@pytest.mark.parametrize("path", [PATH, "/v1/openai/v1/conversations"])
async def test_a_conversation_keeps_what_an_app_keeps_with_it(client, path: str) -> None:
    body = (await client.post(path, json={"metadata": {"name": "Stable"}})).json()
    assert (body["object"], body["metadata"]) == ("conversation", {"name": "Stable"})
    at = f"{path}/{body['id']}"
    assert (await client.get(at)).json() == body
    assert (await client.post(at, json={"metadata": {"a": "b"}})).json()["metadata"] == {"a": "b"}
    assert (await client.get(at)).json()["metadata"] == {"a": "b"}
    assert (await client.delete(at)).json() == {"id": body["id"], "object": "conversation.deleted", "deleted": True}
    assert (await client.get(at)).status_code == (await client.delete(at)).status_code == 404


async def test_responses_go_on_with_a_conversation(agents, client) -> None:
    conversation = await create(client)
    first = await respond(client, conversation["id"])
    assert first["conversation"] == {"id": conversation["id"]} and first["previous_response_id"] is None
    await respond(client, {"id": conversation["id"]}, input="And then?")
    seen = [message.content for message in agents.case.model.requests[-1].messages]
    assert seen == ["Hi", "an answer", "And then?"]
    assert texts(await items(client, conversation["id"])) == ["Hi", "an answer", "And then?", "an answer"]
    listed = (await client.get("/v1/responses")).json()["data"]
    assert [each["conversation"]["id"] for each in listed] == [conversation["id"]] * 2


async def test_a_response_that_is_not_stored_only_reads_it(agents, client) -> None:
    conversation = await create(client, items=[HI])
    body = await respond(client, conversation["id"], input="And then?", store=False)
    assert body["conversation"] == {"id": conversation["id"]}
    assert [message.content for message in agents.case.model.requests[-1].messages] == ["Hi", "And then?"]
    assert texts(await items(client, conversation["id"])) == ["Hi"]


async def test_a_chain_of_responses_stays_in_its_conversation(client) -> None:
    conversation = await create(client)
    first = await respond(client, conversation["id"])
    second = await respond(client, None, previous_response_id=first["id"], input="And then?")
    assert second["conversation"] == {"id": conversation["id"]} and second["previous_response_id"] == first["id"]
    assert len(texts(await items(client, conversation["id"]))) == 4


async def test_items_come_in_without_an_answer(agents, client) -> None:
    answer = {"role": "assistant", "content": [{"type": "output_text", "text": "Hello."}]}
    conversation = await create(client, items=[HI, answer])
    at = f"{PATH}/{conversation['id']}/items"
    call = {"type": "function_call", "call_id": "call_1", "name": "f", "arguments": "{}"}
    added = (await client.post(at, json={"items": [call]})).json()
    assert [item["type"] for item in added["data"]] == ["function_call"]
    result = {"type": "function_call_output", "call_id": "call_1", "output": "5"}
    assert (await client.post(at, json={"items": [result], "include": []})).status_code == 200
    listed = await items(client, conversation["id"])
    assert [item["type"] for item in listed["data"]] == [
        "message", "message", "function_call", "function_call_output",
    ]  # fmt: skip
    assert agents.case.model.requests == []
    for item in listed["data"]:
        assert (await client.get(f"{at}/{item['id']}")).json() == item
    assert (await client.get(f"{at}/msg_1")).status_code == 404


async def test_items_are_listed_in_pages(client) -> None:
    conversation = await create(client, items=[{**HI, "content": str(number)} for number in range(3)])
    first = await items(client, conversation["id"], limit=2)
    assert (texts(first), first["has_more"]) == (["0", "1"], True)
    rest = await items(client, conversation["id"], after=first["last_id"])
    assert (texts(rest), rest["has_more"]) == (["2"], False)
    newest = (await client.get(f"{PATH}/{conversation['id']}/items", params={"limit": 1})).json()
    assert texts(newest) == ["2"]
    assert (await items(client, (await create(client))["id"]))["data"] == []


async def test_what_was_found_is_told_where_it_is_wanted(agents, client) -> None:
    bank = await agents.memory.create_bank("Stable")
    agents.turn_memory.passages = ["The golden stallion sleeps behind the barn."]
    agents.case.model = FakeChatModel("Behind the barn.")
    conversation = await create(client)
    await respond(client, conversation["id"], tools=[{"type": "file_search", "vector_store_ids": [bank.id]}])
    plain, told = [(await items(client, conversation["id"], **query))["data"][1]
                   for query in ({}, {"include": "file_search_call.results"})]  # fmt: skip
    assert plain["results"] is None and len(told["results"]) == 1


async def test_a_blocked_answer_is_a_refusal_there_too(client) -> None:
    conversation = await create(client)
    await respond(client, conversation["id"], input="How is dynamite made?")
    (_, refusal) = (await items(client, conversation["id"]))["data"]
    assert refusal["content"][0]["type"] == "refusal"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("", {"items": [{"role": "user", "content": " "}]}, 400),
        ("", {"items": [{"type": "function_call_output", "call_id": "c", "output": ""}]}, 400),
        ("", {"mood": 1}, 400),
        ("", {"metadata": {"k": "v" * 513}}, 400),
        ("/conv_1", {"metadata": {}}, 404),
        ("/conv_1/items", {"items": [HI]}, 404),
        ("/conv_1/items", {"items": []}, 400),
    ],
)
async def test_what_cannot_be_is_refused(client, path: str, body: dict[str, Any], status: int) -> None:
    answer = await client.post(PATH + path, json=body)
    assert answer.status_code == status, answer.text


async def test_what_the_person_chats_about_is_no_conversation(agents, client) -> None:
    session = await agents.agents.create_session()
    await agents.case.answered(session, "A secret.")
    at = f"{PATH}/{conversation_id(session.id)}"
    for method, end in [("GET", ""), ("DELETE", ""), ("GET", "/items")]:
        assert (await client.request(method, at + end)).status_code == 404
    body = {"model": STARTER.id, "input": "Hi", "conversation": conversation_id(session.id)}
    assert (await client.post("/v1/responses", json=body)).status_code == 404
