"""Responses and conversations on the whole engine: OpenAI's client and the Agent of Llama Stack's, both unmodified."""

from __future__ import annotations

import json
from collections.abc import Iterator

import msgspec
import ogx_client
import openai
import pytest
from ogx_client.lib.agents.agent import Agent
from ogx_client.lib.agents.client_tool import client_tool

from app.engine.domain.safety import LLAMA_GUARD, ShieldRule
from app.engine.host import EngineHost
from tests.e2e.conftest import KEY, MODEL
from tests.e2e.test_safety import SAFE, UNSAFE
from tests.fakes.long_answers import LONG_SCHEMA
from tests.models import TINY_GUARD

pytestmark = pytest.mark.leaks("the engine outlives the tests that share it")

TIME = {
    "type": "function",
    "name": "get_time",
    "description": "Tells the time of a zone.",
    "parameters": {
        "type": "object",
        "properties": {"zone": {"enum": ["UTC"]}},
        "required": ["zone"],
        "additionalProperties": False,
    },
}
RED = {"type": "json_schema", "name": "colour", "schema": {"const": "red"}, "strict": True}


@pytest.fixture(scope="module")
def client(served: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{served}/v1", api_key=KEY, max_retries=0) as opened:
        yield opened


def ask(client, **fields):
    defaults = {"model": MODEL, "input": "Name a colour.", "max_output_tokens": 8, "temperature": 0}
    return client.responses.create(**(defaults | fields))


def test_a_response_is_kept_and_deleted(client) -> None:
    answer = ask(client, instructions="Be kind.", metadata={"app": "test"}, max_output_tokens=2)
    assert answer.output_text.strip()
    assert (answer.status, answer.incomplete_details.reason) == ("incomplete", "max_output_tokens")
    assert (answer.model, answer.instructions, answer.metadata) == (MODEL, "Be kind.", {"app": "test"})
    assert answer.usage.output_tokens == 2 and answer.usage.input_tokens > 8
    assert client.responses.retrieve(answer.id).to_dict() == answer.to_dict()
    (item,) = client.responses.input_items.list(answer.id)
    assert item.content[0].text == "Name a colour."
    client.responses.delete(answer.id)
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(answer.id)


def test_a_stream_adds_up_to_its_response(client) -> None:
    with client.responses.stream(model=MODEL, input="Say red.", text={"format": RED}, max_output_tokens=20) as stream:
        events = list(stream)
        final = stream.get_final_response()
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert json.loads(final.output_text) == "red"
    assert "".join(event.delta for event in events if event.type == "response.output_text.delta") == final.output_text
    assert client.responses.retrieve(final.id).output_text == final.output_text


def test_responses_follow_each_other(client) -> None:
    first = ask(client)
    second = ask(client, input="Another one.", previous_response_id=first.id)
    assert second.previous_response_id == first.id
    # The words of the first are part of the second's prompt.
    assert second.usage.input_tokens > first.usage.input_tokens + 8
    alone = ask(client, input="Another one.", store=False)
    assert alone.usage.input_tokens < second.usage.input_tokens
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(alone.id)


def test_a_conversation_grows(client) -> None:
    conversation = client.conversations.create(
        metadata={"name": "colours"}, items=[{"role": "user", "content": "Hello."}]
    )
    first = ask(client, conversation=conversation.id)
    assert first.conversation.id == conversation.id
    ask(client, conversation={"id": conversation.id}, input="Another one.")
    items = list(client.conversations.items.list(conversation.id, order="asc"))
    assert [item.role for item in items] == ["user", "user", "assistant", "user", "assistant"]
    assert items[2].content[0].text == first.output_text
    again = client.conversations.items.retrieve(items[2].id, conversation_id=conversation.id)
    assert again.to_dict() == items[2].to_dict()
    added = client.conversations.items.create(conversation.id, items=[{"role": "user", "content": "Thanks."}])
    assert added.data[0].content[0].text == "Thanks."
    assert client.conversations.update(conversation.id, metadata={"a": "b"}).metadata == {"a": "b"}
    assert client.conversations.delete(conversation.id).deleted
    with pytest.raises(openai.NotFoundError):
        client.conversations.retrieve(conversation.id)
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(first.id)


@pytest.mark.parametrize("choice", ["required", {"type": "function", "name": "get_time"}])
def test_a_function_of_the_app_is_called_and_answered(client, choice) -> None:
    first = ask(client, input="What is the time?", tools=[TIME], tool_choice=choice, max_output_tokens=100)
    (call,) = [item for item in first.output if item.type == "function_call"]
    assert (call.name, json.loads(call.arguments)) == ("get_time", {"zone": "UTC"})
    result = {"type": "function_call_output", "call_id": call.call_id, "output": "It is noon."}
    second = ask(client, input=[result], previous_response_id=first.id, tools=[TIME], tool_choice="none")
    assert second.output_text.strip()
    # The same with the history in the app's hands.
    history = [{"role": "user", "content": "What is the time?"}, *first.output, result]
    assert ask(client, input=history, tools=[TIME], tool_choice="none", store=False).output_text.strip()
    with pytest.raises(openai.BadRequestError, match=call.call_id):
        ask(client, input=[result])


def test_a_response_in_the_background_is_fetched_and_cancelled(client) -> None:
    long = {"format": {"type": "json_schema", "name": "sea", "schema": LONG_SCHEMA}}
    begun = ask(client, background=True, text=long, max_output_tokens=600)
    assert begun.status in ("queued", "in_progress")
    cancelled = client.responses.cancel(begun.id)
    assert cancelled.status == "cancelled"
    events = list(ask(client, background=True, stream=True))
    last = events[-1].response
    resumed = list(client.responses.retrieve(last.id, stream=True, starting_after=events[-2].sequence_number))
    assert resumed[-1].response.to_dict() == last.to_dict()


def test_refusals_are_the_clients_errors(client) -> None:
    with pytest.raises(openai.NotFoundError, match="nowhere"):
        ask(client, model="nowhere")
    with pytest.raises(openai.NotFoundError, match="nowhere"):
        ask(client, model="nowhere", stream=True)
    with pytest.raises(openai.NotFoundError, match="no-such-shield"):
        ask(client, extra_body={"guardrails": ["no-such-shield"]})
    with pytest.raises(openai.BadRequestError, match="web_search"):
        ask(client, tools=[{"type": "web_search"}])
    with pytest.raises(openai.BadRequestError) as refused:
        ask(client, input="word " * 9000, stream=True)
    assert refused.value.code == "context_length_exceeded"


def test_memory_is_looked_into(client) -> None:
    store = client.vector_stores.create(name="Stable")
    notes = ("notes.txt", b"The farrier comes on Tuesday. Hay is stored in the northern barn.")
    file = client.vector_stores.files.upload_and_poll(vector_store_id=store.id, file=notes)
    answer = ask(
        client,
        input="Where is the hay stored?",
        tools=[{"type": "file_search", "vector_store_ids": [store.id], "ranking_options": {"score_threshold": 0}}],
        include=["file_search_call.results"],
    )
    search, message = answer.output
    assert (search.type, message.type) == ("file_search_call", "message")
    assert (search.results[0].file_id, search.results[0].filename) == (file.id, "notes.txt")


class Adding:
    """A client that adds to what an Agent asks for, which has no way to: small models ramble, and decide badly."""

    def __init__(self, client: ogx_client.OgxClient, *added: dict) -> None:
        self.conversations = client.conversations
        self.responses = self
        self._create = client.responses.create
        self._added = list(added)

    def create(self, **fields):
        return self._create(**fields, **self._added.pop(0))


def test_the_agent_of_llama_stack_holds_a_conversation(served: str) -> None:
    red = {"text": {"format": RED}}
    with ogx_client.OgxClient(base_url=served, api_key=KEY, max_retries=0) as client:
        agent = Agent(Adding(client, red, red), model=MODEL, instructions="Be brief.")
        session = agent.create_session("colours")
        first = agent.create_turn([{"role": "user", "content": "Say red."}], session, stream=False)
        assert (first.output_text, first.status) == ('"red"', "completed")
        events = [chunk.event for chunk in agent.create_turn([{"role": "user", "content": "Again."}], session)]
        kinds = [type(event).__name__ for event in events]
        assert (kinds[0], kinds[1], kinds[-1]) == ("TurnStarted", "StepStarted", "TurnCompleted")
        assert "StepProgress" in kinds and events[-1].final_text == '"red"'
        items = client.conversations.items.list(session, order="asc").data
        assert [item.role for item in items] == ["user", "assistant"] * 2


def test_the_agent_of_llama_stack_runs_a_tool_of_the_app(served: str) -> None:
    asked = []

    @client_tool
    def get_time(in_utc: bool) -> str:
        """Tells the time.

        :param in_utc: whether in UTC
        :returns: the time
        """
        asked.append(in_utc)
        return "It is noon."

    demanded = {"tool_choice": "required", "max_output_tokens": 60}
    answered = {"tool_choice": "none", "text": {"format": RED}}
    with ogx_client.OgxClient(base_url=served, api_key=KEY, max_retries=0) as client:
        agent = Agent(Adding(client, demanded, answered), model=MODEL, instructions="Be brief.", tools=[get_time])
        session = agent.create_session("time")
        answer = agent.create_turn([{"role": "user", "content": "What is the time?"}], session, stream=False)
        assert (answer.output_text, len(asked)) == ('"red"', 1)
        items = client.conversations.items.list(session, order="asc").data
    assert [item.type for item in items] == ["message", "function_call", "function_call_output", "message"]
    assert "noon" in items[2].output


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[openai.OpenAI]:
    """A client of an engine whose person lets no guard look, though one is installed."""
    with EngineHost(tmp_path_factory.mktemp("guarded"), serve=True, port=0, api_key=KEY) as host:
        host.call(host.engine.models.import_file(TINY_GUARD)).result()
        safety = host.engine.safety
        off = {LLAMA_GUARD: ShieldRule(enabled=False)}
        host.call(safety.set_policy(msgspec.structs.replace(safety.policy(), shields=off))).result()
        address = f"{host.engine.preferences.endpoint().url}/v1"
        with openai.OpenAI(base_url=address, api_key=KEY, max_retries=0) as client:
            yield client


def test_guardrails_refuse_what_the_policy_lets_pass(guarded) -> None:
    guardrails = {"guardrails": [{"type": LLAMA_GUARD}]}
    assert ask(guarded, input=UNSAFE).output_text.strip()
    assert ask(guarded, input=SAFE, extra_body=guardrails).output_text.strip()
    answer = ask(guarded, input=UNSAFE, extra_body=guardrails)
    assert (answer.status, answer.output_text) == ("completed", "")
    (part,) = answer.output[0].content
    assert part.type == "refusal" and "Violent Crimes" in part.refusal
    assert guarded.responses.retrieve(answer.id).to_dict() == answer.to_dict()
    events = list(ask(guarded, input=UNSAFE, extra_body=guardrails, stream=True))
    assert [event.type for event in events][-5:-3] == ["response.refusal.delta", "response.refusal.done"]
    # What was refused is no part of what follows.
    assert ask(guarded, input=SAFE, previous_response_id=answer.id, extra_body=guardrails).output_text.strip()
