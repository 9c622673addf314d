"""Whatever a caller sends, the endpoint answers with its own error shape and never fails."""

from __future__ import annotations

import json

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings

from app.engine.http.application import create_api
from tests.fakes.app_sessions import AppSessions
from tests.fakes.models import STARTER
from tests.fakes.serving import ServedEngine, calling, chat_body

MANY = 10_000
engine = ServedEngine()
engine.agents = AppSessions(engine.store, engine.events, engine.models, engine.script)
schema = schemathesis.openapi.from_asgi("/openapi.json", create_api(engine))


@schema.parametrize()
@settings(
    max_examples=30,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_no_generated_call_breaks_it(case) -> None:
    answer = case.call()
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert_error(answer.json())


def assert_error(body: object) -> None:
    assert isinstance(body, dict) and body.keys() == {"error"}
    error = body["error"]
    assert error.keys() == {"message", "type", "param", "code"}
    assert isinstance(error["message"], str) and error["message"]
    assert isinstance(error["type"], str)


NESTED = '{"model": "m", "messages": ' + "[" * MANY + "]" * MANY + "}"
SCHEMA = json.dumps(chat_body()).removesuffix("}") + ', "tools": [{"type": "function", "function": {"name": "f", '
DEEP_SCHEMA = SCHEMA + '"parameters": ' + '{"a":' * 300 + "1" + "}" * 300 + "}}]}"


def changed(**fields: object) -> bytes:
    return json.dumps(chat_body(**fields)).encode()


@pytest.mark.parametrize(
    "path",
    [
        "/v1/chat/completions",
        "/v1/completions",
        "/v1/responses",
        "/v1/conversations/conv_1/items",
        "/v1/embeddings",
        "/v1alpha/inference/rerank",
        "/v1/vector_stores/vs_1/search",
        "/v1/vector_stores/vs_1/files",
        "/v1/vector_stores/vs_1/file_batches",
        "/v1/vector-io/insert",
        "/v1/vector-io/query",
        "/v1/agents",
        "/v1/agents/a/session",
        "/v1/agents/a/session/s/turn",
        "/v1/agents/a/session/s/turn/t/resume",
    ],
)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nothing of JSON",
        b"[]",
        b"[1, 2]",
        b"null",
        b"7",
        b'"text"',
        b"{}",
        b'\xff\xfe{"model": 1}',
        b'{"model": "\xff\xff"}',
        b'{"model": "\xed\xa0\x80"}',
        NESTED.encode(),
        b'{"model": ' + b"9" * 5000 + b"}",
    ],
    ids=lambda body: str(body[:16]),
)
async def test_a_body_that_is_none(path: str, body: bytes) -> None:
    answer = await post(path, body)
    assert answer.status_code == 400
    assert_error(answer.json())


@pytest.mark.parametrize(
    ("body", "param"),
    [
        (changed(messages=[]), "messages"),
        (changed(messages={}), "messages"),
        (changed(messages="Hi"), "messages"),
        (changed(messages=[{"role": "user"}]), "messages.0.content"),
        (changed(messages=[{"role": "wizard", "content": ""}]), "messages.0.role"),
        (changed(messages=[{"role": "tool", "content": "5"}]), "messages.0.tool_call_id"),
        (changed(model=""), "model"),
        (changed(model=None), "model"),
        (changed(temperature=float("nan")), "temperature"),
        (changed(temperature=float("inf")), "temperature"),
        (changed(temperature="hot"), "temperature"),
        (changed(temperature=1e300), "temperature"),
        (changed(max_tokens=0), "max_tokens"),
        (changed(max_tokens=10**30), "max_tokens"),
        (changed(max_tokens=-1), "max_tokens"),
        (changed(seed=2**64), "seed"),
        (changed(n=17), "n"),
        (changed(n=1.5), "n"),
        (changed(top_logprobs=21, logprobs=True), "top_logprobs"),
        (changed(top_logprobs=2), "top_logprobs"),
        (changed(logit_bias={"260": 101}), "logit_bias.260"),
        (changed(stop=["x"] * 17), "stop"),
        (changed(tool_choice="required"), "tool_choice"),
        (changed(stream="perhaps"), "stream"),
        (changed(functions=[]), "functions"),
        (changed(messages=[{"role": "user", "content": "", "mood": 1}]), "messages.0.mood"),
    ],
    ids=lambda value: value.decode()[-60:] if isinstance(value, bytes) else value,
)
async def test_a_field_that_cannot_be_is_named(body: bytes, param: str) -> None:
    answer = await post("/v1/chat/completions", body)
    assert answer.status_code == 400
    assert_error(answer.json())
    assert answer.json()["error"]["param"].startswith(param)


@pytest.mark.parametrize(
    "fields",
    [
        {"stop": "\ud800"},
        {"messages": [{"role": "user", "content": "half a character: \ud83d"}]},
        {"messages": [{"role": "user", "content": "\ud800"}], "stream": True},
        {"tools": [{"type": "function", "function": {"name": "f", "parameters": {"minimum": 2**70}}}]},
    ],
    ids=lambda fields: next(iter(fields)),
)
async def test_what_no_model_process_can_take_is_refused(fields: dict[str, object]) -> None:
    answer = await post("/v1/chat/completions", changed(**fields))
    assert answer.status_code == 400
    assert_error(answer.json())
    assert "64 bits" in answer.json()["error"]["message"]


async def test_a_deep_schema_of_a_tool_does_not_break_it() -> None:
    answer = await post("/v1/chat/completions", DEEP_SCHEMA.encode())
    assert answer.status_code in (200, 400)


@pytest.mark.parametrize("prompt", [[], [[1], "a"], [1, "a"], [-1], [2**70], [1.5], {}, None, [None], True], ids=str)
async def test_a_prompt_that_is_none(prompt: object) -> None:
    answer = await post("/v1/completions", json.dumps({"model": STARTER.id, "prompt": prompt}).encode())
    assert answer.status_code == 400, answer.text
    assert_error(answer.json())


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/v1/nothing", 404), ("PUT", "/v1/models", 405)])
async def test_a_route_that_is_none(method: str, path: str, status: int) -> None:
    async with calling(ServedEngine()) as client:
        answer = await client.request(method, path)
    assert answer.status_code == status
    assert_error(answer.json())


async def post(path: str, body: bytes) -> httpx.Response:
    async with calling(ServedEngine()) as client:
        return await client.post(path, content=body, headers={"content-type": "application/json"})
