"""Chat and completion over the application, whole and streamed."""

from __future__ import annotations

import json

import pytest

from app.engine.domain.inference import GenerationFinished, TextDelta, Usage
from tests.fakes.models import STARTER
from tests.fakes.serving import HELLO, calling, chat_body

CHAT, TEXT = "/v1/chat/completions", "/v1/completions"


async def post(engine, path: str, body: dict):
    async with calling(engine) as client:
        return await client.post(path, json=body)


async def stream(engine, path: str, body: dict) -> list[dict]:
    answer = await post(engine, path, {**body, "stream": True})
    return [json.loads(line[6:]) for line in answer.text.split("\n\n") if line]


def text_body(**fields) -> dict:
    return {"model": STARTER.id, "prompt": "Say"} | fields


@pytest.mark.parametrize("path", [CHAT, "/v1/openai/v1/chat/completions"])
async def test_a_chat(engine, path: str) -> None:
    body = (await post(engine, path, chat_body(logprobs=True))).json()
    (choice,) = body["choices"]
    assert (body["object"], body["model"]) == ("chat.completion", STARTER.id)
    assert choice["message"]["content"] == "Hello"
    assert [entry["token"] for entry in choice["logprobs"]["content"]] == ["Hel", "lo"]
    assert body["usage"] == {
        "prompt_tokens": 3,
        "completion_tokens": 2,
        "total_tokens": 5,
        "prompt_tokens_details": {"cached_tokens": 1},
    }


async def test_a_completion(engine) -> None:
    body = (await post(engine, TEXT, text_body())).json()
    assert (body["object"], body["choices"][0]["text"]) == ("text_completion", "Hello")
    assert engine.inference.requests[0].prompt == "Say"


async def test_several_choices_keep_their_numbers(engine) -> None:
    body = (await post(engine, CHAT, chat_body(n=3))).json()
    assert [choice["index"] for choice in body["choices"]] == [0, 1, 2]
    assert (body["usage"]["prompt_tokens"], body["usage"]["completion_tokens"]) == (3, 6)


async def test_several_prompts_are_each_counted(engine) -> None:
    body = (await post(engine, TEXT, text_body(prompt=["a", "b"], n=2))).json()
    assert [choice["index"] for choice in body["choices"]] == [0, 1, 2, 3]
    assert (body["usage"]["prompt_tokens"], body["usage"]["completion_tokens"]) == (6, 8)


@pytest.mark.parametrize("options", [{}, {"stream_options": {}}, {"stream_options": {"include_usage": False}}])
async def test_a_stream_has_no_usage_unless_asked(engine, options) -> None:
    chunks = await stream(engine, CHAT, chat_body(**options))
    assert all(chunk["choices"] and "usage" not in chunk for chunk in chunks)
    assert chunks[-1]["choices"][0]["finish_reason"] == "stop"


@pytest.mark.parametrize(("path", "body"), [(CHAT, chat_body()), (TEXT, text_body())])
async def test_the_usage_comes_last(engine, path: str, body: dict) -> None:
    *chunks, last = await stream(engine, path, {**body, "stream_options": {"include_usage": True}})
    assert last["choices"] == [] and last["usage"]["total_tokens"] == 5
    assert len({chunk["id"] for chunk in [*chunks, last]}) == 1
    assert all("usage" not in chunk for chunk in chunks)


async def test_places_in_a_streamed_completion_go_on(engine) -> None:
    chunks = await stream(engine, TEXT, text_body(logprobs=1))
    offsets = [chunk["choices"][0]["logprobs"]["text_offset"] for chunk in chunks if chunk["choices"][0]["logprobs"]]
    assert offsets == [[0], [3]]


async def test_a_delta_without_text_is_not_sent(engine) -> None:
    engine.inference.events = (HELLO[0], TextDelta(""), TextDelta("a"), GenerationFinished("stop", Usage()))
    chunks = await stream(engine, CHAT, chat_body())
    assert [chunk["choices"][0]["delta"].get("content") for chunk in chunks] == ["", "a", None]


async def test_each_streamed_choice_begins_and_ends(engine) -> None:
    chunks = [chunk["choices"][0] for chunk in await stream(engine, CHAT, chat_body(n=2))]
    for index in (0, 1):
        own = [choice for choice in chunks if choice["index"] == index]
        assert own[0]["delta"]["role"] == "assistant"
        assert [choice["finish_reason"] for choice in own] == [None, None, None, "stop"]


async def test_nothing_is_stored(engine) -> None:
    before = await engine.history.list()
    await post(engine, CHAT, chat_body())
    assert await engine.history.list() == before
