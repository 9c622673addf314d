"""Bodies hold what was set and nothing else."""

from __future__ import annotations

from app.engine.domain.inference import (
    ChatRequest,
    CompletionRequest,
    Message,
    ResponseFormat,
    Sampling,
    ToolCall,
    ToolChoice,
    ToolSpec,
)
from app.engine.inference.remote.bodies import chat_body, completion_body

HELLO = (Message(role="user", content="hi"),)
BARE = {"model": "gpt", "stream": True, "stream_options": {"include_usage": True}}


def test_a_plain_chat_is_bare() -> None:
    body = chat_body("gpt", ChatRequest(model="local-id", messages=HELLO))
    assert body == {**BARE, "messages": [{"role": "user", "content": "hi"}]}


def test_what_was_set_is_sent() -> None:
    request = ChatRequest(
        model="x",
        messages=HELLO,
        sampling=Sampling(temperature=0.5, seed=3, top_k=40, logit_bias={5: -1.0}),
        max_tokens=9,
        stop=("a",),
        logprobs=2,
        response_format=ResponseFormat(type="json_object"),
    )
    body = chat_body("gpt", request)
    assert body | {"messages": None} == {
        **BARE,
        "messages": None,
        "temperature": 0.5,
        "seed": 3,
        "top_k": 40,
        "logit_bias": {"5": -1.0},
        "max_tokens": 9,
        "stop": ["a"],
        "logprobs": True,
        "top_logprobs": 2,
        "response_format": {"type": "json_object"},
    }


def test_schemas_and_tools() -> None:
    schema = {"type": "object"}
    request = ChatRequest(
        model="x",
        messages=HELLO,
        response_format=ResponseFormat(type="json_schema", schema=schema),
        tools=(ToolSpec(name="f", description="d", parameters=schema),),
        tool_choice=ToolChoice(mode="named", name="f"),
        parallel_tool_calls=False,
    )
    body = chat_body("gpt", request)
    assert body["response_format"] == {"type": "json_schema", "json_schema": {"name": "response", "schema": schema}}
    assert body["tools"] == [{"type": "function", "function": {"name": "f", "description": "d", "parameters": schema}}]
    assert body["tool_choice"] == {"type": "function", "function": {"name": "f"}}
    assert body["parallel_tool_calls"] is False


def test_calls_and_results_keep_their_ids() -> None:
    call = ToolCall(id="c1", name="f", arguments='{"a": 1}')
    messages = (
        Message(role="assistant", tool_calls=(call,)),
        Message(role="tool", content="2", tool_call_id="c1", name="f"),
    )
    first, second = chat_body("gpt", ChatRequest(model="x", messages=messages))["messages"]
    function = {"name": "f", "arguments": '{"a": 1}'}
    assert first["tool_calls"] == [{"id": "c1", "type": "function", "function": function}]
    assert second == {"role": "tool", "content": "2", "tool_call_id": "c1", "name": "f"}


def test_completions() -> None:
    body = completion_body("gpt", CompletionRequest(model="x", prompt="a", logprobs=0))
    assert body == {**BARE, "prompt": "a", "max_tokens": 16, "logprobs": 0}
    tokens = completion_body("gpt", CompletionRequest(model="x", prompt=(1, 2), max_tokens=None))
    assert tokens == {**BARE, "prompt": [1, 2]}
