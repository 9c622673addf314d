"""A remote server, well-behaved and not: its streams become events, its failures become words."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from app.engine.domain.errors import Busy, InvalidRequest, PaddockError, RemoteFailed
from app.engine.domain.inference import (
    ChatRequest,
    CompletionRequest,
    GenerationEvent,
    GenerationFinished,
    GenerationStarted,
    Message,
    TextDelta,
    ToolCallDelta,
)
from app.engine.inference.remote.openai import PRESETS, RemoteModel, RemoteServer
from app.engine.runtime.streams import closing
from tests.fakes.waiting import drain

HELLO = (Message(role="user", content="my secret words"),)
REQUEST = ChatRequest(model="r/gpt", messages=HELLO)
KEY = "sk-very-secret"


class Stream(httpx.AsyncByteStream):
    """A body that arrives in parts and may break."""

    def __init__(self, *parts: bytes | Exception) -> None:
        self.parts = parts
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self.parts:
            if isinstance(part, Exception):
                raise part
            yield part

    async def aclose(self) -> None:
        self.closed = True


def lines(*events: Any) -> bytes:
    return b"".join(f"data: {event if isinstance(event, str) else json.dumps(event)}\n\n".encode() for event in events)


def delta(index: int = 0, reason: str | None = None, **fields: Any) -> dict[str, Any]:
    return {"choices": [{"index": index, "delta": fields, "finish_reason": reason}]}


def remote(answer: Callable[[httpx.Request], httpx.Response]) -> RemoteModel:
    server = RemoteServer("openai", "http://127.0.0.1:9/v1/", KEY, 1.0)
    headers = server._client.headers
    server._client = httpx.AsyncClient(base_url=server.base_url, headers=headers, transport=httpx.MockTransport(answer))
    return RemoteModel(server, "gpt")


def streaming(*parts: bytes | Exception) -> RemoteModel:
    return remote(lambda _: httpx.Response(200, stream=Stream(*parts)))


async def collect(model: RemoteModel, request: ChatRequest = REQUEST) -> list[GenerationEvent]:
    try:
        return [event async for event in model.chat(request)]
    finally:
        await model.shutdown()


def text(events: list[GenerationEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


async def test_a_chat_is_asked_for_and_streamed() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        usage = {"prompt_tokens": 5, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 4}}
        body = lines(
            delta(role="assistant", content=""), delta(content="Hel"), delta(content="lö"), delta(reason="length"),
            {"choices": [], "usage": usage}, "[DONE]",
        )  # fmt: skip
        return httpx.Response(200, stream=Stream(body[:50], body[50:51], body[51:]))

    events = await collect(remote(answer))
    assert isinstance(events[0], GenerationStarted)
    assert text(events) == "Hellö"
    finished = events[-1]
    assert isinstance(finished, GenerationFinished)
    assert finished.reason == "length"
    assert (finished.usage.prompt_tokens, finished.usage.completion_tokens, finished.usage.cached_tokens) == (5, 2, 4)
    assert str(seen[0].url) == "http://127.0.0.1:9/v1/chat/completions"
    assert seen[0].headers["authorization"] == f"Bearer {KEY}"
    assert json.loads(seen[0].content)["model"] == "gpt"


async def test_tool_calls_arrive_in_parts() -> None:
    first = {"index": 0, "id": "c1", "type": "function", "function": {"name": "f", "arguments": ""}}
    more = {"index": 0, "function": {"arguments": '{"a": 1}'}}
    body = lines(delta(tool_calls=[first]), delta(tool_calls=[more]), delta(reason="tool_calls"))
    events = await collect(streaming(body))
    calls = [event for event in events if isinstance(event, ToolCallDelta)]
    assert calls == [ToolCallDelta(0, "c1", "f", ""), ToolCallDelta(0, None, None, '{"a": 1}')]
    finished = events[-1]
    assert isinstance(finished, GenerationFinished)
    assert finished.reason == "tool_calls"


async def test_logprobs_and_raw_completions() -> None:
    entry = {"token": "a", "bytes": [97], "logprob": -0.5, "top_logprobs": [{"token": "b", "logprob": -1}]}
    logprobs = {"choices": [{"delta": {"content": "a"}, "logprobs": {"content": [entry]}}]}
    events = await collect(streaming(lines(logprobs)))
    (piece,) = (event for event in events if isinstance(event, TextDelta))
    assert (piece.logprobs[0].logprob, piece.logprobs[0].top[0].token) == (-0.5, "b")
    model = streaming(lines({"choices": [{"text": "raw"}]}))
    raw = [event async for event in model.complete(CompletionRequest(model="m", prompt="x"))]
    await model.shutdown()
    assert text(raw) == "raw"


async def test_without_usage_pieces_are_counted() -> None:
    finished = (await collect(streaming(lines(delta(content="a"), delta(content="b")))))[-1]
    assert isinstance(finished, GenerationFinished)
    assert finished.usage.completion_tokens == 2


@pytest.mark.parametrize(
    ("status", "kind", "headers"),
    [
        (400, InvalidRequest, {}),
        (422, InvalidRequest, {}),
        (401, RemoteFailed, {}),
        (403, RemoteFailed, {}),
        (404, RemoteFailed, {}),
        (429, Busy, {"retry-after": "7"}),
        (429, Busy, {"retry-after": "Wed, 21 Oct 2030"}),
        (500, RemoteFailed, {}),
    ],
)
async def test_a_refusal_keeps_its_reason(status: int, kind: type[PaddockError], headers: dict[str, str]) -> None:
    said = {"error": {"message": "the reason"}}
    model = remote(lambda _: httpx.Response(status, json=said, headers=headers))
    with pytest.raises(kind) as caught:
        await collect(model)
    assert "the reason" in caught.value.message
    assert str(status) in caught.value.message
    assert KEY not in caught.value.in_words()
    if isinstance(caught.value, Busy):
        assert caught.value.retry_after == (7 if headers["retry-after"] == "7" else 5)
    if isinstance(caught.value, RemoteFailed):
        assert caught.value.status == status


async def test_a_wrong_key_says_where_to_mend_it() -> None:
    with pytest.raises(RemoteFailed) as caught:
        await collect(remote(lambda _: httpx.Response(401, text="<html>no</html>")))
    assert "key" in caught.value.hint


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ((lines(delta(content="a")), httpx.ReadError("reset by peer")), "broke off.*reset by peer"),
        ((lines(delta(content="a")), httpx.ReadTimeout("")), "did not answer in time"),
        ((lines(delta(content="a"), "{not json"),), "other than JSON"),
        ((lines(delta(content="a"), "[1]"),), "other than an object"),
        ((lines(delta(content="a"), {"error": {"message": "overloaded"}}),), "overloaded"),
    ],
)
async def test_a_stream_that_breaks_is_told(parts: tuple[bytes | Exception, ...], words: str) -> None:
    model = streaming(*parts)
    seen: list[GenerationEvent] = []
    with pytest.raises(RemoteFailed, match=words):
        await drain(model.chat(REQUEST), seen)
    await model.shutdown()
    assert text(seen) == "a"


@pytest.mark.parametrize("error", [httpx.ConnectError("refused"), httpx.ConnectTimeout("")])
async def test_a_server_that_is_away_is_told(error: httpx.HTTPError) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        raise error

    with pytest.raises(RemoteFailed, match="cannot be reached") as caught:
        await collect(remote(answer))
    assert caught.value.hint


@pytest.mark.parametrize(
    "event",
    [
        {"choices": 7},
        {"choices": [7]},
        {"choices": [{"delta": 7}]},
        {"choices": [{"delta": {"content": 7}}]},
        {"choices": [{"delta": {"tool_calls": [{"index": "x"}]}}]},
        {"choices": [{"delta": {"tool_calls": 3}}]},
        {"choices": [], "usage": {"prompt_tokens": "many"}},
        {"choices": [{"delta": {"content": "a"}, "logprobs": {"content": [{}]}}]},
    ],
)
async def test_shapes_nobody_agreed_on_are_a_failure_of_the_remote(event: dict[str, Any]) -> None:
    with pytest.raises(RemoteFailed):
        await collect(streaming(lines(event)))


async def test_leaving_early_closes_the_connection() -> None:
    stream = Stream(lines(delta(content="a")), lines(delta(content="b")))
    model = remote(lambda _: httpx.Response(200, stream=stream))
    async with closing(model.chat(REQUEST)) as events:
        await anext(events)
    assert stream.closed
    await model.shutdown()


async def test_models_and_health() -> None:
    model = remote(lambda _: httpx.Response(200, json={"data": [{"id": "gpt"}, {"id": "other"}]}))
    assert await model._server.models() == ("gpt", "other")
    assert (await model.health()).ok
    model._name = "gone"
    assert not (await model.health()).ok
    await model.shutdown()


@pytest.mark.parametrize("body", [{}, {"data": 3}, {"data": [{"name": "x"}]}, []])
async def test_a_list_that_is_none(body: Any) -> None:
    model = remote(lambda _: httpx.Response(200, json=body))
    with pytest.raises(RemoteFailed, match="list of models"):
        await model._server.models()
    assert not (await model.health()).ok
    await model.shutdown()


async def test_presets_and_what_a_remote_does_not_tell() -> None:
    server = RemoteServer("ollama", "", None, 1.0)
    assert server.base_url == PRESETS["ollama"]
    assert "authorization" not in server._client.headers
    model = RemoteModel(server, "llama")
    await model.initialize()
    assert model.context_length > 8192
    assert 0 < await model.count_tokens(HELLO) < 100
    await model.shutdown()
