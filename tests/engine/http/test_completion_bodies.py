"""Events become OpenAI's shapes."""

from __future__ import annotations

import pytest

from app.engine.domain.inference import (
    GenerationFinished,
    GenerationStarted,
    TextDelta,
    TokenLogprob,
    ToolCallDelta,
    TopLogprob,
    Usage,
)
from app.engine.http.completion_bodies import (
    Choice,
    Envelope,
    chat_delta,
    finish_reason,
    text_delta,
    text_logprobs,
    usage_of,
)

ENTRY = TokenLogprob("ä", (195, 164), -0.5, (TopLogprob("ä", (195, 164), -0.5), TopLogprob("b", (98,), -1.5)))


def grown(*events) -> Choice:
    choice = Choice(0)
    for event in events:
        choice.add(event)
    return choice


def counted(prompt: int, made: int, cached: int = 0) -> Choice:
    usage = Usage(prompt_tokens=prompt, completion_tokens=made, cached_tokens=cached)
    return grown(GenerationFinished("stop", usage))


def test_an_answer_of_text() -> None:
    choice = grown(TextDelta("He"), TextDelta("y"), GenerationFinished("length", Usage()))
    assert choice.as_chat() == {
        "index": 0,
        "message": {"role": "assistant", "content": "Hey", "refusal": None},
        "logprobs": None,
        "finish_reason": "length",
    }
    assert choice.as_text() == {"index": 0, "text": "Hey", "logprobs": None, "finish_reason": "length"}


def test_an_empty_answer_is_an_empty_text() -> None:
    assert grown(GenerationFinished("stop", Usage())).as_chat()["message"]["content"] == ""


def test_an_answer_of_calls() -> None:
    choice = grown(
        ToolCallDelta(0, "c0", "f", '{"a"'),
        ToolCallDelta(0, arguments=": 1}"),
        ToolCallDelta(1, "c1", "g", "{}"),
        GenerationFinished("tool_calls", Usage()),
    ).as_chat()
    assert choice["message"]["content"] is None
    assert choice["message"]["tool_calls"] == [
        {"id": "c0", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}},
        {"id": "c1", "type": "function", "function": {"name": "g", "arguments": "{}"}},
    ]
    assert choice["finish_reason"] == "tool_calls"


def test_a_cancelled_answer_counts_as_stopped() -> None:
    assert [finish_reason(word) for word in ("cancelled", "stop", "length", "tool_calls")] == [
        "stop", "stop", "length", "tool_calls",
    ]  # fmt: skip


def test_logprobs_of_a_chat_hold_the_bytes() -> None:
    logprobs = grown(TextDelta("ä", (ENTRY,))).as_chat()["logprobs"]
    rivals = [
        {"token": "ä", "bytes": [195, 164], "logprob": -0.5},
        {"token": "b", "bytes": [98], "logprob": -1.5},
    ]
    assert logprobs == {
        "content": [{"token": "ä", "bytes": [195, 164], "logprob": -0.5, "top_logprobs": rivals}],
        "refusal": None,
    }


def test_logprobs_of_a_completion_hold_the_places() -> None:
    entries = [TokenLogprob("One", (1,), -0.1), TokenLogprob(",", (2,), -0.2), ENTRY]
    assert text_logprobs(entries, 10) == {
        "tokens": ["One", ",", "ä"],
        "token_logprobs": [-0.1, -0.2, -0.5],
        "top_logprobs": [{}, {}, {"ä": -0.5, "b": -1.5}],
        "text_offset": [10, 13, 14],
    }


def test_choices_of_one_prompt_count_it_once() -> None:
    assert usage_of([counted(10, 2, 4), counted(10, 3, 10)]) == {
        "prompt_tokens": 10,
        "completion_tokens": 5,
        "total_tokens": 15,
        "prompt_tokens_details": {"cached_tokens": 4},
    }


def test_each_prompt_counts() -> None:
    usage = usage_of([counted(10, 1), counted(10, 1), counted(7, 1), counted(7, 1)], prompts=2)
    assert (usage["prompt_tokens"], usage["completion_tokens"]) == (17, 4)


@pytest.mark.parametrize(
    ("event", "delta", "reason"),
    [
        (GenerationStarted(prompt_tokens=1), {"role": "assistant", "content": ""}, None),
        (TextDelta("a"), {"content": "a"}, None),
        (
            ToolCallDelta(1, "c", "f", "{"),
            {"tool_calls": [{"index": 1, "id": "c", "type": "function", "function": {"name": "f", "arguments": "{"}}]},
            None,
        ),
        (ToolCallDelta(1, arguments="}"), {"tool_calls": [{"index": 1, "function": {"arguments": "}"}}]}, None),
        (GenerationFinished("cancelled", Usage()), {}, "stop"),
    ],
)
def test_chunks_of_a_chat(event, delta, reason) -> None:
    assert chat_delta(2, event) == {"index": 2, "delta": delta, "logprobs": None, "finish_reason": reason}


def test_chunks_of_a_completion() -> None:
    assert text_delta(0, GenerationStarted(prompt_tokens=1), 0) is None
    assert text_delta(1, TextDelta("ä", (ENTRY,)), 5)["logprobs"]["text_offset"] == [5]
    ended = text_delta(1, GenerationFinished("stop", Usage()), 5)
    assert ended == {"index": 1, "text": "", "logprobs": None, "finish_reason": "stop"}


@pytest.mark.parametrize(
    ("kind", "chunk", "name", "prefix"),
    [
        ("chat", False, "chat.completion", "chatcmpl-"),
        ("chat", True, "chat.completion.chunk", "chatcmpl-"),
        ("text", False, "text_completion", "cmpl-"),
        ("text", True, "text_completion", "cmpl-"),
    ],
)
def test_envelopes(kind, chunk: bool, name: str, prefix: str) -> None:
    envelope = Envelope(kind, "m")
    wrapped = envelope.wrap([], chunk=chunk)
    assert (wrapped["object"], wrapped["model"], wrapped["choices"]) == (name, "m", [])
    assert wrapped["id"].startswith(prefix) and wrapped["created"] > 1_700_000_000
    assert wrapped["id"] == envelope.wrap([], chunk=chunk)["id"] != Envelope(kind, "m").id
