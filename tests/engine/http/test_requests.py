"""Bodies become domain requests; combinations that make no sense are refused by name."""

from __future__ import annotations

from typing import Any

import pytest

from app.engine.domain.errors import InvalidRequest
from app.engine.domain.inference import Message, ResponseFormat, Sampling, ToolCall, ToolChoice
from app.engine.http import wire
from app.engine.http.requests import chat_requests, completion_requests

CHAT: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "hi"}]}
TOOLS = [{"type": "function", "function": {"name": "f", "description": "d", "parameters": {"type": "object"}}}]


def chat(**change: Any) -> Any:
    return chat_requests(wire.ChatCompletionBody.model_validate(CHAT | change))


def raw(**change: Any) -> Any:
    return completion_requests(wire.CompletionBody.model_validate({"model": "m", "prompt": "x"} | change))


def test_a_plain_request_takes_the_neutral_defaults() -> None:
    (request,) = chat()
    assert request.messages == (Message(role="user", content="hi"),)
    assert request.sampling == Sampling()
    assert (request.max_tokens, request.stop, request.logprobs, request.parallel_tool_calls) == (None, (), None, True)
    assert request.tool_choice == ToolChoice(mode="none")


def test_messages() -> None:
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    (request,) = chat(
        messages=[
            {"role": "developer", "content": "Be kind."},
            {"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}], "name": "Ann"},
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "content": "4", "tool_call_id": "c"},
        ]
    )
    assert request.messages == (
        Message(role="system", content="Be kind."),
        Message(role="user", content="ab", name="Ann"),
        Message(role="assistant", tool_calls=(ToolCall(id="c", name="f", arguments="{}"),)),
        Message(role="tool", content="4", tool_call_id="c"),
    )


@pytest.mark.parametrize(
    ("message", "param"),
    [
        ({"role": "user"}, "messages.0.content"),
        ({"role": "tool", "content": "x"}, "messages.0.tool_call_id"),
        ({"role": "user", "content": "x", "tool_calls": [{"id": "c", "function": {"name": "f", "arguments": ""}}]},
         "messages.0.tool_calls"),
    ],
)  # fmt: skip
def test_messages_that_make_no_sense(message: dict[str, Any], param: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        chat(messages=[message])
    assert caught.value.param == param


def test_choices_share_the_prompt_and_vary_the_seed() -> None:
    requests = chat(n=3, seed=2**32 - 1)
    assert [request.sampling.seed for request in requests] == [2**32 - 1, 0, 1]
    assert {request.messages for request in requests} == {requests[0].messages}
    assert [request.sampling.seed for request in chat(n=2)] == [None, None]


def test_sampling_and_limits() -> None:
    (request,) = chat(temperature=0, top_p=0.5, top_k=3, logit_bias={"5": -1}, max_tokens=4, stop="x", seed=-1)
    assert request.sampling == Sampling(temperature=0, top_p=0.5, top_k=3, logit_bias={5: -1.0}, seed=0xFFFFFFFF)
    assert (request.max_tokens, request.stop) == (4, ("x",))
    assert chat(max_tokens=4, max_completion_tokens=9)[0].max_tokens == 9
    assert chat(stop=["a", "b"])[0].stop == ("a", "b")


def test_logprobs() -> None:
    assert chat(logprobs=True)[0].logprobs == 0
    assert chat(logprobs=True, top_logprobs=3)[0].logprobs == 3
    for wrong in ({"top_logprobs": 3}, {"top_logprobs": 0, "logprobs": False}):
        with pytest.raises(InvalidRequest) as caught:
            chat(**wrong)
        assert caught.value.param == "top_logprobs"


@pytest.mark.parametrize(
    ("given", "choice"),
    [
        (None, ToolChoice(mode="auto")),
        ("auto", ToolChoice(mode="auto")),
        ("none", ToolChoice(mode="none")),
        ("required", ToolChoice(mode="required")),
        ({"type": "function", "function": {"name": "f"}}, ToolChoice(mode="named", name="f")),
    ],
)
def test_tool_choices(given: Any, choice: ToolChoice) -> None:
    (request,) = chat(tools=TOOLS, tool_choice=given, parallel_tool_calls=False)
    assert request.tool_choice == choice
    assert (request.tools[0].name, request.tools[0].parameters) == ("f", {"type": "object"})
    assert not request.parallel_tool_calls


@pytest.mark.parametrize("choice", ["auto", "required", {"type": "function", "function": {"name": "g"}}])
def test_choices_without_their_tool(choice: Any) -> None:
    with pytest.raises(InvalidRequest) as caught:
        chat(tool_choice=choice)
    assert caught.value.param == "tool_choice"


def test_formats() -> None:
    assert chat(response_format={"type": "text"})[0].response_format == ResponseFormat()
    assert chat(response_format={"type": "json_object"})[0].response_format.type == "json_object"
    schema = {"type": "json_schema", "json_schema": {"name": "n", "schema": {"a": 1}}}
    assert chat(response_format=schema)[0].response_format == ResponseFormat(type="json_schema", schema={"a": 1})
    bare = {"type": "json_schema", "json_schema": {"name": "n"}}
    assert chat(response_format=bare)[0].response_format.schema == {"type": "object"}


def test_raw_prompts_in_the_order_of_the_choices() -> None:
    assert [request.prompt for request in raw(prompt=["a", "b"], n=2)] == ["a", "a", "b", "b"]
    assert [request.prompt for request in raw(prompt=[1, 2])] == [(1, 2)]
    assert [request.prompt for request in raw(prompt=[[1], [2, 3]])] == [(1,), (2, 3)]
    assert raw()[0].max_tokens == 16
    assert raw(max_tokens=3, logprobs=0)[0].logprobs == 0
    with pytest.raises(InvalidRequest):
        raw(prompt=[])
