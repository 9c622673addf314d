"""Streams end with their reason, and whoever goes away ends the work behind them."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest

from app.engine.domain.errors import ModelHostDied
from app.engine.domain.inference import GenerationStarted, TextDelta
from app.engine.http.streaming import sse_line
from tests.fakes.serving import calling, chat_body, listening

CHAT = "/v1/chat/completions"
LIMIT = 5.0  # guards against a hang


def lines_of(answer: httpx.Response) -> list[dict]:
    return [json.loads(line.removeprefix("data: ")) for line in answer.text.split("\n\n") if line]


def test_a_line_holds_one_object_whatever_the_text() -> None:
    line = sse_line({"text": "a\nb\r\n\u2028 ä"})
    assert line.startswith("data: ") and line.endswith("\n\n")
    assert line.count("\n") == 2 and "\r" not in line and "ä" in line
    assert json.loads(line[6:]) == {"text": "a\nb\r\n\u2028 ä"}


async def test_a_stream_has_lines_of_data_and_no_end_mark(engine) -> None:
    async with calling(engine) as client:
        answer = await client.post(CHAT, json=chat_body(stream=True))
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-cache"
    assert "[DONE]" not in answer.text
    assert all(line.startswith("data: {") for line in answer.text.split("\n\n") if line)
    assert "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in lines_of(answer)) == "Hello"


async def test_a_failure_in_the_middle_is_the_last_line(engine) -> None:
    engine.inference.events = (GenerationStarted(prompt_tokens=1), TextDelta("Hel"))
    engine.inference.failure = ModelHostDied("The model's process ended.")
    async with calling(engine) as client:
        answer = await client.post(CHAT, json=chat_body(stream=True))
    assert answer.status_code == 200
    *chunks, last = lines_of(answer)
    assert chunks[-1]["choices"][0]["delta"]["content"] == "Hel"
    assert last == {
        "error": {
            "message": "The model's process ended.",
            "type": "server_error",
            "param": None,
            "code": "model_host_died",
        }
    }


async def test_a_failure_before_the_first_word_is_a_status(engine) -> None:
    async with calling(engine) as client:
        answer = await client.post(CHAT, json=chat_body(stream=True, model="nowhere"))
    assert answer.status_code == 404


async def test_a_reader_that_leaves_a_stream_ends_the_answer(engine) -> None:
    engine.inference.gate.clear()
    async with listening(engine) as url, httpx.AsyncClient(base_url=url) as client, asyncio.timeout(LIMIT):
        async with client.stream("POST", CHAT, json=chat_body(stream=True)) as answer:
            first = await anext(answer.aiter_lines())
            assert first.startswith("data: ")
            assert engine.inference.running == 1
        await engine.inference.idle.wait()
        assert engine.inference.running == 0


async def test_a_reader_that_leaves_before_the_first_word_ends_the_answer(engine) -> None:
    engine.inference.events = (GenerationStarted(prompt_tokens=1),)
    engine.inference.gate.clear()
    async with listening(engine) as url, httpx.AsyncClient(base_url=url) as client, asyncio.timeout(LIMIT):
        call = asyncio.create_task(client.post(CHAT, json=chat_body(stream=True)))
        await engine.inference.held.wait()
        call.cancel()
        await asyncio.wait([call])
        await engine.inference.idle.wait()
        assert engine.inference.running == 0


@pytest.mark.parametrize("count", [1, 3])
async def test_a_caller_that_does_not_wait_ends_its_answers(engine, count: int) -> None:
    engine.inference.gate.clear()
    async with listening(engine) as url, httpx.AsyncClient(base_url=url) as client, asyncio.timeout(LIMIT):
        call = asyncio.create_task(client.post(CHAT, json=chat_body(n=count)))
        await engine.inference.held.wait()
        call.cancel()
        await asyncio.wait([call])
        while engine.inference.running:
            engine.inference.idle.clear()
            await engine.inference.idle.wait()
    assert len(engine.inference.requests) == count
