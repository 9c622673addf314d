"""Choices as OpenAI shapes them, whole and in chunks."""

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
from app.engine.http.responses import Choice, Envelope, chat_delta, finish_reason, text_delta, usage_of

ENTRY = TokenLogprob("ä", (195, 164), -0.5, (TopLogprob("ä", (195, 164), -0.5), TopLogprob("b", (98,), -2.0)))
USAGE = Usage(prompt_tokens=5, completion_tokens=2, cached_tokens=3)


def choice(*events: object, index: int = 0) -> Choice:
    made = Choice(index)
    for event in events:
        made.add(event)  # type: ignore[arg-type]
    return made


def test_a_text_answer() -> None:
    made = choice(GenerationStarted(5), TextDelta("a"), TextDelta("b", (ENTRY,)), GenerationFinished("stop", USAGE))
    chat = made.as_chat()
    assert chat["message"] == {"role": "assistant", "content": "ab", "refusal": None}
    assert (chat["index"], chat["finish_reason"]) == (0, "stop")
    (entry,) = chat["logprobs"]["content"]
    assert (entry["token"], entry["bytes"], len(entry["top_logprobs"])) == ("ä", [195, 164], 2)
    assert made.as_text()["text"] == "ab"
    assert made.as_text()["logprobs"]["tokens"] == ["ä"]


def test_an_empty_answer_is_empty_text_not_null() -> None:
    assert choice(GenerationFinished("stop", USAGE)).as_chat()["message"]["content"] == ""


def test_tool_calls() -> None:
    made = choice(
        ToolCallDelta(0, "c0", "f", ""), ToolCallDelta(0, arguments='{"a"'), ToolCallDelta(0, arguments=": 1}"),
        ToolCallDelta(1, "c1", "g", "{}"), GenerationFinished("tool_calls", USAGE),
    )  # fmt: skip
    message = made.as_chat()["message"]
    assert message["content"] is None
    assert message["tool_calls"] == [
        {"id": "c0", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}},
        {"id": "c1", "type": "function", "function": {"name": "g", "arguments": "{}"}},
    ]


def test_chunks_of_a_chat() -> None:
    first = chat_delta(2, GenerationStarted(5))
    assert first is not None
    assert (first["index"], first["delta"]) == (2, {"role": "assistant", "content": ""})
    text = chat_delta(0, TextDelta("a", (ENTRY,)))
    assert text is not None
    assert text["delta"] == {"content": "a"}
    assert text["logprobs"]["content"]
    begun = chat_delta(0, ToolCallDelta(0, "c", "f", ""))
    more = chat_delta(0, ToolCallDelta(0, arguments="{"))
    assert begun is not None
    assert more is not None
    assert begun["delta"]["tool_calls"][0] == {
        "index": 0, "id": "c", "type": "function", "function": {"name": "f", "arguments": ""},
    }  # fmt: skip
    assert more["delta"]["tool_calls"][0] == {"index": 0, "function": {"arguments": "{"}}
    last = chat_delta(0, GenerationFinished("length", USAGE))
    assert last is not None
    assert (last["delta"], last["finish_reason"]) == ({}, "length")


def test_chunks_of_a_raw_completion() -> None:
    assert text_delta(0, GenerationStarted(1), 0) is None
    chunk = text_delta(0, TextDelta("a", (ENTRY, ENTRY)), 7)
    assert chunk is not None
    assert (chunk["text"], chunk["logprobs"]["text_offset"]) == ("a", [7, 8])
    last = text_delta(0, GenerationFinished("stop", USAGE), 8)
    assert last is not None
    assert last["finish_reason"] == "stop"


@pytest.mark.parametrize(
    ("reason", "word"), [("stop", "stop"), ("length", "length"), ("tool_calls", "tool_calls"), ("cancelled", "stop")]
)
def test_reasons(reason: str, word: str) -> None:
    assert finish_reason(reason) == word


def test_usage_counts_a_shared_prompt_once() -> None:
    choices = [choice(GenerationFinished("stop", USAGE), index=index) for index in range(4)]
    assert usage_of(choices) == {
        "prompt_tokens": 5, "completion_tokens": 8, "total_tokens": 13, "prompt_tokens_details": {"cached_tokens": 3},
    }  # fmt: skip
    assert usage_of(choices, prompts=2)["prompt_tokens"] == 10


def test_envelopes() -> None:
    chat, raw = Envelope("chat", "m"), Envelope("text", "m")
    assert chat.wrap([], chunk=True)["object"] == "chat.completion.chunk"
    assert chat.wrap([], chunk=False)["object"] == "chat.completion"
    assert raw.wrap([], chunk=True)["object"] == raw.wrap([], chunk=False)["object"] == "text_completion"
    assert chat.id.startswith("chatcmpl-")
    assert raw.id.startswith("cmpl-")
    assert chat.wrap([], chunk=True)["id"] == chat.wrap([], chunk=False)["id"]
