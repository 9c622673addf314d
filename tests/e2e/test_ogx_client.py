"""The Llama Stack client of today (OGX), unmodified, against the whole engine with the starter model."""

from __future__ import annotations

import json
from collections.abc import Iterator

import ogx_client
import pytest

from app import __version__
from tests.e2e.conftest import KEY, MODEL

pytestmark = pytest.mark.leaks("the engine outlives the tests that share it")

QUESTION = [{"role": "user", "content": "Name a colour."}]
TIME = {
    "type": "function",
    "function": {
        "name": "get_time",
        "parameters": {"type": "object", "properties": {"zone": {"enum": ["UTC", "CET"]}}, "required": ["zone"]},
    },
}


@pytest.fixture(scope="module")
def client(served: str) -> Iterator[ogx_client.OgxClient]:
    with ogx_client.OgxClient(base_url=served, api_key=KEY, max_retries=0) as opened:
        yield opened


def ask(client, **fields):
    defaults = {"model": MODEL, "messages": QUESTION, "max_tokens": 6, "temperature": 0}
    return client.chat.completions.create(**(defaults | fields))


def test_health_and_version(client) -> None:
    assert client.inspect.health().status == "OK"
    assert client.inspect.version().version == __version__


def test_models_carry_what_the_client_reads(client) -> None:
    listed = {model.id: model for model in client.models.list().data}
    model = client.models.retrieve(MODEL)
    assert model.identifier == MODEL
    for each in (listed[MODEL], model):
        assert (each.id, each.provider_id) == (MODEL, "llama-cpp")
        assert each.metadata["context_length"] > 0


def test_a_chat_is_answered_and_counted(client) -> None:
    answer = ask(client)
    assert answer.choices[0].message.content.strip()
    assert answer.choices[0].finish_reason == "length"
    assert answer.usage.completion_tokens == 6


def test_a_stream_says_what_the_whole_answer_says(client) -> None:
    chunks = list(ask(client, stream=True, stream_options={"include_usage": True}))
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == ask(client).choices[0].message.content
    assert chunks[-1].usage.completion_tokens == 6


def test_several_choices_a_seed_and_a_stop(client) -> None:
    several = ask(client, n=2, seed=5, temperature=1.5, max_tokens=12).choices
    assert [choice.index for choice in several] == [0, 1]
    assert several[0].message.content != several[1].message.content
    whole = ask(client, max_tokens=12).choices[0].message.content
    assert ask(client, max_tokens=12, seed=5).choices[0].message.content == whole
    word = whole.split()[1]
    assert word not in ask(client, max_tokens=12, stop=word).choices[0].message.content


def test_logprobs(client) -> None:
    answer = ask(client, logprobs=True, top_logprobs=2, max_tokens=2).choices[0]
    assert [len(entry.top_logprobs) for entry in answer.logprobs.content] == [2, 2]


def test_a_forced_tool_call_and_json(client) -> None:
    forced = ask(client, tools=[TIME], tool_choice="required", max_tokens=100).choices[0]
    assert forced.finish_reason == "tool_calls"
    assert json.loads(forced.message.tool_calls[0].function.arguments)["zone"] in ("UTC", "CET")
    schema = {"type": "object", "properties": {"warm": {"type": "boolean"}}, "required": ["warm"]}
    form = {"type": "json_schema", "json_schema": {"name": "colour", "schema": schema}}
    shaped = ask(client, response_format=form, max_tokens=100).choices[0]
    assert isinstance(json.loads(shaped.message.content)["warm"], bool)


def test_a_raw_completion_whole_and_streamed(client) -> None:
    fields = {"model": MODEL, "prompt": "One, two, three,", "max_tokens": 4, "temperature": 0}
    whole = client.completions.create(**fields).choices[0].text
    assert "four" in whole
    # Not compared letter by letter: rounding differs between a computed and a cached prompt.
    assert "four" in "".join(chunk.choices[0].text for chunk in client.completions.create(**fields, stream=True))


def test_refusals_are_the_clients_errors(client) -> None:
    with pytest.raises(ogx_client.NotFoundError, match="nowhere"):
        ask(client, model="nowhere")
    with pytest.raises(ogx_client.BadRequestError, match="service_tier"):
        ask(client, service_tier="auto")
    with pytest.raises(ogx_client.BadRequestError, match=r"has \d{4,} tokens.*holds \d{3,}"):
        ask(client, messages=[{"role": "user", "content": "word " * 9000}])
    stranger = client.with_options(api_key="wrong")
    with pytest.raises(ogx_client.AuthenticationError):
        stranger.models.list()
