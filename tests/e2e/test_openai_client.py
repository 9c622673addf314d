"""OpenAI's own client, unmodified, against the whole engine with the starter model."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator

import openai
import pytest

from tests.e2e.conftest import KEY, MODEL

pytestmark = pytest.mark.leaks("the engine outlives the tests that share it")

QUESTION = [{"role": "user", "content": "Name a colour."}]
WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Tells the weather of a city.",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string", "maxLength": 12}},
            "required": ["city"],
            "additionalProperties": False,
        },
    },
}
TIME = {
    "type": "function",
    "function": {
        "name": "get_time",
        "parameters": {"type": "object", "properties": {"zone": {"enum": ["UTC", "CET"]}}, "required": ["zone"]},
    },
}


@pytest.fixture(scope="module")
def client(served: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{served}/v1", api_key=KEY, max_retries=0) as opened:
        yield opened


def ask(client, **fields):
    defaults = {"model": MODEL, "messages": QUESTION, "max_tokens": 8, "temperature": 0}
    return client.chat.completions.create(**(defaults | fields))


def test_a_chat_is_answered_and_counted(client) -> None:
    answer = ask(client)
    assert answer.object == "chat.completion" and answer.model == MODEL
    assert answer.choices[0].message.role == "assistant"
    assert answer.choices[0].message.content.strip()
    assert answer.choices[0].finish_reason == "length"
    usage = answer.usage
    assert usage.completion_tokens == 8
    assert usage.prompt_tokens > 8
    assert usage.total_tokens == usage.prompt_tokens + 8


def test_the_second_of_two_equal_prompts_comes_from_the_cache(client) -> None:
    messages = [{"role": "user", "content": "Repeat after me: " + "one two three four " * 20}]
    ask(client, messages=messages, max_tokens=1)
    again = ask(client, messages=messages, max_tokens=1)
    assert again.usage.prompt_tokens_details.cached_tokens > again.usage.prompt_tokens // 2


def test_a_stream_says_what_the_whole_answer_says(client) -> None:
    chunks = list(ask(client, stream=True, stream_options={"include_usage": True}))
    assert len({chunk.id for chunk in chunks}) == 1
    assert chunks[0].choices[0].delta.role == "assistant"
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == ask(client).choices[0].message.content
    reasons = [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices]
    assert reasons[-1] == "length" and set(reasons[:-1]) == {None}
    assert chunks[-1].choices == [] and chunks[-1].usage.completion_tokens == 8


def test_a_stream_without_the_option_carries_no_usage(client) -> None:
    chunks = list(ask(client, stream=True, max_tokens=2))
    assert all(chunk.usage is None and chunk.choices for chunk in chunks)


def test_two_choices_share_the_prompt_and_differ(client) -> None:
    answer = ask(client, n=2, seed=5, temperature=1.5, max_tokens=12)
    assert [choice.index for choice in answer.choices] == [0, 1]
    assert answer.choices[0].message.content != answer.choices[1].message.content
    assert answer.usage.completion_tokens <= 24
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens
    assert answer.usage.prompt_tokens == ask(client, max_tokens=1).usage.prompt_tokens


def test_two_choices_are_streamed_side_by_side(client) -> None:
    ended = {}
    for chunk in ask(client, n=2, stream=True, max_tokens=3):
        for choice in chunk.choices:
            if choice.finish_reason:
                ended[choice.index] = choice.finish_reason
    assert ended == {0: "length", 1: "length"}


def test_the_answer_ends_before_a_stop_text(client) -> None:
    whole = ask(client, max_tokens=12).choices[0].message.content
    word = whole.split()[2]
    stopped = ask(client, max_tokens=12, stop=[word]).choices[0]
    assert stopped.finish_reason == "stop"
    assert stopped.message.content == whole[: whole.index(word)]


def test_a_seed_makes_an_answer_come_again(client) -> None:
    ask(client, max_tokens=1)  # so that all three find the prompt in the cache: other batches round otherwise
    texts = [ask(client, seed=seed, temperature=1, max_tokens=8).choices[0].message.content for seed in (3, 3, 4)]
    assert texts[0] == texts[1] != texts[2]


def test_logprobs_tell_the_chosen_token_and_its_rivals(client) -> None:
    answer = ask(client, logprobs=True, top_logprobs=3, max_tokens=4).choices[0]
    entries = answer.logprobs.content
    assert len(entries) == 4
    assert "".join(entry.token for entry in entries) == answer.message.content
    for entry in entries:
        assert len(entry.top_logprobs) == 3
        assert entry.token == entry.top_logprobs[0].token
        assert entry.logprob == pytest.approx(max(top.logprob for top in entry.top_logprobs))
        assert sum(math.exp(top.logprob) for top in entry.top_logprobs) <= 1.0001
        assert bytes(entry.bytes).decode() == entry.token


def test_no_logprobs_unless_asked_for(client) -> None:
    assert ask(client, max_tokens=1).choices[0].logprobs is None


def test_any_json_object(client) -> None:
    answer = ask(
        client,
        messages=[{"role": "user", "content": "Describe a cat as a small JSON object."}],
        response_format={"type": "json_object"},
        max_tokens=200,
    ).choices[0]
    if answer.finish_reason == "stop":
        assert isinstance(json.loads(answer.message.content), dict)
    else:
        assert answer.message.content.lstrip().startswith("{")


def test_json_that_follows_a_schema(client) -> None:
    schema = {
        "type": "object",
        "properties": {"name": {"enum": ["Tom", "Mia"]}, "indoors": {"type": "boolean"}},
        "required": ["name", "indoors"],
        "additionalProperties": False,
    }
    for temperature in (0, 1.5):
        answer = ask(
            client,
            messages=[{"role": "user", "content": "Describe a cat."}],
            response_format={"type": "json_schema", "json_schema": {"name": "cat", "schema": schema, "strict": True}},
            temperature=temperature,
            seed=1,
            max_tokens=100,
        ).choices[0]
        assert answer.finish_reason == "stop"
        value = json.loads(answer.message.content)
        assert value.keys() == {"name", "indoors"}
        assert value["name"] in ("Tom", "Mia") and isinstance(value["indoors"], bool)


@pytest.mark.parametrize("choice", ["required", {"type": "function", "function": {"name": "get_weather"}}])
def test_a_tool_call_can_be_made_to_happen(client, choice) -> None:
    answer = ask(
        client,
        messages=[{"role": "user", "content": "What is the weather in Rome?"}],
        tools=[WEATHER],
        tool_choice=choice,
        max_tokens=100,
    ).choices[0]
    assert answer.finish_reason == "tool_calls"
    (call,) = answer.message.tool_calls
    assert call.type == "function" and call.id
    assert call.function.name == "get_weather"
    assert isinstance(json.loads(call.function.arguments)["city"], str)


def test_the_named_one_of_two_tools_is_called(client) -> None:
    for name in ("get_weather", "get_time"):
        answer = ask(
            client,
            tools=[WEATHER, TIME],
            tool_choice={"type": "function", "function": {"name": name}},
            max_tokens=100,
        ).choices[0]
        assert [call.function.name for call in answer.message.tool_calls] == [name]


def test_a_tool_call_is_streamed_in_pieces_that_join(client) -> None:
    name, call_id, arguments, reason = "", None, "", None
    for chunk in ask(client, tools=[TIME], tool_choice="required", stream=True, max_tokens=100):
        choice = chunk.choices[0]
        for call in choice.delta.tool_calls or ():
            assert call.index == 0
            name += call.function.name or ""
            call_id = call_id or call.id
            arguments += call.function.arguments or ""
        reason = choice.finish_reason or reason
    assert (name, reason) == ("get_time", "tool_calls") and call_id
    assert json.loads(arguments)["zone"] in ("UTC", "CET")


@pytest.mark.parametrize("choice", ["auto", "none"])
def test_a_tool_need_not_be_called(client, choice) -> None:
    answer = ask(client, tools=[WEATHER], tool_choice=choice, max_tokens=24).choices[0]
    if choice == "none":
        assert not answer.message.tool_calls and answer.message.content
    else:
        assert answer.message.content or answer.message.tool_calls


def test_the_answer_of_a_tool_can_be_given_back(client) -> None:
    call = {"id": "call_1", "type": "function", "function": {"name": "get_weather", "arguments": '{"city": "Rome"}'}}
    answer = ask(
        client,
        messages=[
            {"role": "user", "content": "What is the weather in Rome?"},
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "call_1", "content": "Sunny, 25 degrees."},
        ],
    )
    assert answer.choices[0].message.content


def test_an_answer_can_be_sent_back_as_it_came(client) -> None:
    first = ask(client).choices[0].message
    messages = [*QUESTION, first.model_dump(), {"role": "user", "content": "Another one."}]
    assert ask(client, messages=messages).choices[0].message.content


def test_a_bias_forces_a_token_and_bans_one(client) -> None:
    def said(bias, tokens):
        fields = {"max_tokens": tokens, "temperature": 0, "logit_bias": bias}
        return client.completions.create(model=MODEL, prompt="The sky is", **fields).choices[0].text

    assert said({}, 1) == " a"
    assert said({"260": 100}, 3) == " the" * 3
    assert said({"253": -100}, 1) == " the"


def test_a_completion_continues_a_text(client) -> None:
    answer = client.completions.create(model=MODEL, prompt="One, two, three,", max_tokens=6, temperature=0, logprobs=2)
    choice = answer.choices[0]
    assert answer.object == "text_completion"
    assert "four" in choice.text
    assert "".join(choice.logprobs.tokens) == choice.text
    assert choice.logprobs.text_offset[0] == 0 and len(choice.logprobs.text_offset) == 6
    assert all(len(top) == 2 and value <= 0 for top in choice.logprobs.top_logprobs for value in top.values())


def test_a_completion_is_streamed(client) -> None:
    # Not compared with a second answer: rounding differs between a computed and a cached prompt.
    chunks = list(
        client.completions.create(
            model=MODEL,
            prompt="One, two,",
            max_tokens=6,
            temperature=0,
            stream=True,
            stream_options={"include_usage": True},
        )
    )
    *said, usage = chunks
    assert "".join(chunk.choices[0].text for chunk in said).strip()
    assert said[-1].choices[0].finish_reason == "length"
    assert usage.usage.completion_tokens == 6


def test_a_completion_takes_tokens_and_several_prompts(client) -> None:
    of_tokens = client.completions.create(model=MODEL, prompt=[504, 2240, 314], max_tokens=2)
    assert of_tokens.usage.prompt_tokens == 3 and of_tokens.choices[0].text
    several = client.completions.create(model=MODEL, prompt=["One,", "Red,"], n=2, max_tokens=2)
    assert [choice.index for choice in several.choices] == [0, 1, 2, 3]


def test_an_unknown_model_is_not_found(client) -> None:
    with pytest.raises(openai.NotFoundError, match="nowhere") as refused:
        ask(client, model="nowhere")
    assert refused.value.code == "model_not_found"
    with pytest.raises(openai.NotFoundError):
        list(ask(client, model="nowhere", stream=True))


def test_an_unknown_field_is_refused_by_name(client) -> None:
    with pytest.raises(openai.BadRequestError, match="service_tier") as refused:
        ask(client, service_tier="auto")
    assert (refused.value.param, refused.value.code) == ("service_tier", "unsupported_parameter")


def test_a_prompt_that_is_too_long_tells_both_lengths(client) -> None:
    with pytest.raises(openai.BadRequestError, match=r"has \d{4,} tokens.*holds \d{3,}") as refused:
        ask(client, messages=[{"role": "user", "content": "word " * 9000}])
    assert refused.value.code == "context_length_exceeded"


def test_a_wrong_key_is_refused(client) -> None:
    with pytest.raises(openai.AuthenticationError) as refused:
        client.with_options(api_key="wrong").models.list()
    assert refused.value.code == "invalid_api_key"


def test_models_are_listed_and_described(client) -> None:
    assert MODEL in [model.id for model in client.models.list()]
    model = client.models.retrieve(MODEL)
    assert (model.id, model.object, model.owned_by) == (MODEL, "model", "paddock")
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("nowhere")
