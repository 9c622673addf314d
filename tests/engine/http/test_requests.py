"""Bodies become domain requests; what makes no sense is refused with the field's name."""

from __future__ import annotations

import pytest

from app.engine.domain.errors import InvalidRequest
from app.engine.domain.inference import Message, ResponseFormat, Sampling, ToolCall, ToolChoice, ToolSpec
from app.engine.http import wire
from app.engine.http.requests import chat_requests, completion_requests
from tests.fakes.serving import chat_body

TOOL = {"type": "function", "function": {"name": "f", "description": "does", "parameters": {"type": "object"}}}


def chat(**fields):
    return chat_requests(wire.ChatCompletionBody(**chat_body(**fields)))


def complete(prompt, **fields):
    return completion_requests(wire.CompletionBody(model="m", prompt=prompt, **fields))


def test_what_is_left_out_keeps_the_defaults() -> None:
    (request,) = chat()
    assert request.messages == (Message(role="user", content="Hi"),)
    assert request.sampling == Sampling()
    assert (request.max_tokens, request.stop, request.logprobs) == (None, (), None)
    assert (request.tool_choice, request.response_format) == (ToolChoice(mode="none"), ResponseFormat())


def test_sampling_is_taken_over_field_by_field() -> None:
    fields = {
        "temperature": 0.0, "top_p": 0.5, "top_k": 7, "min_p": 0.1, "frequency_penalty": 1.0, "presence_penalty": -1.0,
        "repeat_penalty": 1.1,
    }  # fmt: skip
    (request,) = chat(**fields, logit_bias={"5": -100})
    assert request.sampling == Sampling(**fields, logit_bias={5: -100.0})


def test_choices_differ_by_their_seed_only() -> None:
    first, second = chat(n=2, seed=7)
    assert (first.sampling.seed, second.sampling.seed) == (7, 8)
    assert first.messages == second.messages
    assert [request.sampling.seed for request in chat(n=2)] == [None, None]


@pytest.mark.parametrize(("seed", "taken"), [(-1, 2**32 - 1), (2**40 + 3, 3), (2**32, 0)])
def test_any_seed_is_brought_into_the_range_of_llama_cpp(seed: int, taken: int) -> None:
    assert chat(seed=seed)[0].sampling.seed == taken


def test_the_newer_limit_of_tokens_goes_before_the_older() -> None:
    assert chat(max_tokens=5)[0].max_tokens == 5
    assert chat(max_tokens=5, max_completion_tokens=9)[0].max_tokens == 9


@pytest.mark.parametrize(("stop", "taken"), [(None, ()), ("x", ("x",)), (["x", "y"], ("x", "y"))])
def test_stops(stop, taken: tuple[str, ...]) -> None:
    assert chat(stop=stop)[0].stop == taken


@pytest.mark.parametrize(
    ("fields", "taken"),
    [({}, None), ({"logprobs": False}, None), ({"logprobs": True}, 0), ({"logprobs": True, "top_logprobs": 3}, 3)],
)
def test_logprobs(fields, taken: int | None) -> None:
    assert chat(**fields)[0].logprobs == taken


def test_messages_of_every_role() -> None:
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    (request,) = chat(
        messages=[
            {"role": "developer", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}], "name": "Ann"},
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "content": "5", "tool_call_id": "c"},
        ]
    )
    assert request.messages == (
        Message(role="system", content="Be brief."),
        Message(role="user", content="ab", name="Ann"),
        Message(role="assistant", tool_calls=(ToolCall(id="c", name="f", arguments="{}"),)),
        Message(role="tool", content="5", tool_call_id="c"),
    )


def test_tools_and_how_they_are_chosen() -> None:
    (request,) = chat(tools=[TOOL])
    assert request.tools == (ToolSpec(name="f", description="does", parameters={"type": "object"}),)
    assert request.tool_choice == ToolChoice(mode="auto")
    for choice in ("none", "auto", "required"):
        assert chat(tools=[TOOL], tool_choice=choice)[0].tool_choice == ToolChoice(mode=choice)
    named = chat(tools=[TOOL], tool_choice={"type": "function", "function": {"name": "f"}})
    assert named[0].tool_choice == ToolChoice(mode="named", name="f")
    assert chat(tool_choice="none")[0].tool_choice == ToolChoice(mode="none")


@pytest.mark.parametrize(("given", "taken"), [(None, True), (True, True), (False, False)])
def test_several_calls_at_once_are_allowed_unless_refused(given, taken: bool) -> None:
    assert chat(parallel_tool_calls=given)[0].parallel_tool_calls is taken


def test_formats() -> None:
    schema = {"type": "array"}
    assert chat(response_format={"type": "text"})[0].response_format == ResponseFormat()
    assert chat(response_format={"type": "json_object"})[0].response_format == ResponseFormat(type="json_object")
    shaped = {"type": "json_schema", "json_schema": {"name": "n", "schema": schema}}
    assert chat(response_format=shaped)[0].response_format == ResponseFormat(type="json_schema", schema=schema)
    bare = {"type": "json_schema", "json_schema": {"name": "n"}}
    assert chat(response_format=bare)[0].response_format.schema == {"type": "object"}


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"top_logprobs": 2}, "top_logprobs"),
        ({"tool_choice": "auto"}, "tool_choice"),
        ({"tool_choice": "required", "tools": []}, "tool_choice"),
        ({"tools": [TOOL], "tool_choice": {"type": "function", "function": {"name": "g"}}}, "tool_choice"),
        ({"messages": [{"role": "assistant"}]}, "messages.0.content"),
        ({"messages": [{"role": "user", "content": "a"}, {"role": "tool", "content": "b"}]}, "messages.1.tool_call_id"),
        (
            {
                "messages": [
                    {"role": "user", "content": "", "tool_calls": [
                        {"id": "c", "function": {"name": "f", "arguments": ""}}
                    ]}
                ]
            },
            "messages.0.tool_calls",
        ),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_by_name(fields, param: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        chat(**fields)
    assert refused.value.param == param


@pytest.mark.parametrize(
    ("prompt", "taken"),
    [("a", ["a"]), (["a", "b"], ["a", "b"]), ([1, 2], [(1, 2)]), ([[1], [2, 3]], [(1,), (2, 3)]), ("", [""])],
)
def test_prompts_are_text_or_tokens_one_or_several(prompt, taken) -> None:
    assert [request.prompt for request in complete(prompt)] == taken


def test_no_prompt_at_all_is_refused() -> None:
    with pytest.raises(InvalidRequest) as refused:
        complete([])
    assert refused.value.param == "prompt"


def test_choices_of_each_prompt_stand_together() -> None:
    requests = complete(["a", "b"], n=2, seed=1, logprobs=0, stop="x")
    assert [(request.prompt, request.sampling.seed) for request in requests] == [("a", 1), ("a", 2), ("b", 1), ("b", 2)]
    assert {(request.max_tokens, request.logprobs, request.stop) for request in requests} == {(16, 0, ("x",))}
