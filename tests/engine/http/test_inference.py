"""Chat and raw completions over HTTP, whole and streamed."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest
from openai.types import Completion
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from app.engine.domain.errors import ModelHostDied
from app.engine.domain.inference import ChatRequest, CompletionRequest, TextDelta, TokenLogprob, ToolCallDelta
from app.engine.http.application import create_application
from tests.fakes.chat_model import FakeChatModel
from tests.fakes.http import HOST, KEY, OneEngine, access, client
from tests.fakes.waiting import soon

CHAT: dict[str, Any] = {"model": "tiny", "messages": [{"role": "user", "content": "hi"}]}


async def post(engine: OneEngine, path: str, body: dict[str, Any]) -> httpx.Response:
    async with client(engine) as caller:
        return await caller.post(path, json=body)


def events(response: httpx.Response) -> list[dict[str, Any]]:
    assert "[DONE]" not in response.text
    return [json.loads(line.removeprefix("data: ")) for line in response.text.split("\n\n") if line]


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/openai/v1/chat/completions"])
async def test_a_chat(path: str) -> None:
    engine = OneEngine()
    response = await post(engine, path, CHAT)
    parsed = ChatCompletion.model_validate(response.json())
    assert parsed.choices[0].message.content == "Hello"
    assert parsed.usage is not None
    assert (parsed.usage.prompt_tokens, parsed.usage.completion_tokens) == (3, 2)
    (request,) = engine.inference.requests
    assert isinstance(request, ChatRequest)
    assert request.messages[0].content == "hi"


async def test_a_streamed_chat() -> None:
    body = {**CHAT, "stream": True, "stream_options": {"include_usage": True}}
    parsed = [
        ChatCompletionChunk.model_validate(event)
        for event in events(await post(OneEngine(), "/v1/chat/completions", body))
    ]
    assert len({chunk.id for chunk in parsed}) == 1
    assert parsed[0].choices[0].delta.role == "assistant"
    assert "".join(chunk.choices[0].delta.content or "" for chunk in parsed[:-1]) == "Hello"
    assert parsed[-2].choices[0].finish_reason == "stop"
    assert parsed[-1].choices == []
    assert parsed[-1].usage is not None
    assert parsed[-1].usage.total_tokens == 5


async def test_usage_comes_only_when_asked_for() -> None:
    chunks = events(await post(OneEngine(), "/v1/chat/completions", {**CHAT, "stream": True}))
    assert all(chunk["choices"] for chunk in chunks)
    assert all(chunk.get("usage") is None for chunk in chunks)


async def test_several_choices() -> None:
    engine = OneEngine(FakeChatModel("a"), FakeChatModel("b"), FakeChatModel("c"))
    parsed = ChatCompletion.model_validate((await post(engine, "/v1/chat/completions", {**CHAT, "n": 3})).json())
    assert [(choice.index, choice.message.content) for choice in parsed.choices] == [(0, "a"), (1, "b"), (2, "c")]
    assert parsed.usage is not None
    assert parsed.usage.prompt_tokens == 3
    engine = OneEngine(FakeChatModel("a"), FakeChatModel("b"))
    streamed = events(await post(engine, "/v1/chat/completions", {**CHAT, "n": 2, "stream": True}))
    assert {choice["index"] for chunk in streamed for choice in chunk["choices"]} == {0, 1}


async def test_tool_calls() -> None:
    engine = OneEngine(
        FakeChatModel(ToolCallDelta(0, "c", "f", ""), ToolCallDelta(0, arguments="{}"), reason="tool_calls")
    )
    parsed = ChatCompletion.model_validate((await post(engine, "/v1/chat/completions", CHAT)).json())
    assert parsed.choices[0].finish_reason == "tool_calls"
    assert parsed.choices[0].message.tool_calls is not None
    assert parsed.choices[0].message.tool_calls[0].id == "c"


async def test_raw_completions() -> None:
    engine = OneEngine(FakeChatModel("a"), FakeChatModel("b"))
    body = {"model": "tiny", "prompt": ["x", "y"], "logprobs": 1}
    parsed = Completion.model_validate((await post(engine, "/v1/completions", body)).json())
    assert [choice.text for choice in parsed.choices] == ["a", "b"]
    assert parsed.usage is not None
    assert parsed.usage.prompt_tokens == 6
    assert all(isinstance(request, CompletionRequest) for request in engine.inference.requests)


async def test_streamed_raw_completions_with_logprobs() -> None:
    entry = TokenLogprob("ab", (97, 98), -1.0)
    engine = OneEngine(FakeChatModel(TextDelta("ab", (entry,)), TextDelta("", (entry,))))
    body = {"model": "tiny", "prompt": "x", "stream": True, "logprobs": 0}
    chunks = events(await post(engine, "/v1/completions", body))
    assert [chunk["choices"][0]["logprobs"]["text_offset"] for chunk in chunks[:-1]] == [[0], [2]]
    assert chunks[-1]["choices"][0]["finish_reason"] == "stop"


async def test_a_failure_before_the_stream_is_a_status_and_after_it_a_line() -> None:
    early = await post(OneEngine(), "/v1/chat/completions", {**CHAT, "model": "nope", "stream": True})
    assert early.status_code == 404
    late = OneEngine(FakeChatModel("a", ModelHostDied("The process died.")))
    response = await post(late, "/v1/chat/completions", {**CHAT, "stream": True})
    assert response.status_code == 200
    assert events(response)[-1]["error"]["code"] == "model_host_died"


class Leaving:
    """An ASGI client that leaves when told."""

    def __init__(self, body: dict[str, Any]) -> None:
        self.body = json.dumps(body).encode()
        self.gone = asyncio.Event()
        self.sent: list[dict[str, Any]] = []
        self.asked = False
        headers = {"host": HOST, "authorization": f"Bearer {KEY}", "content-type": "application/json"}
        self.scope = {
            "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "method": "POST",
            "scheme": "http", "path": "/v1/chat/completions", "raw_path": b"/v1/chat/completions", "query_string": b"",
            "root_path": "", "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8321),
        }  # fmt: skip

    async def receive(self) -> dict[str, Any]:
        if not self.asked:
            self.asked = True
            return {"type": "http.request", "body": self.body, "more_body": False}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)


@pytest.mark.parametrize("stream", [False, True])
async def test_a_client_that_leaves_ends_the_generation(stream: bool) -> None:
    model = FakeChatModel("a", asyncio.Event())
    application = create_application(OneEngine(model), access())  # type: ignore[arg-type]
    caller = Leaving({**CHAT, "stream": stream})
    asking = asyncio.create_task(application(caller.scope, caller.receive, caller.send))  # type: ignore[arg-type]
    await soon(lambda: model.requests and (not stream or len(caller.sent) > 1))
    caller.gone.set()
    async with asyncio.timeout(10):
        await asking
    assert model.closed == 1
