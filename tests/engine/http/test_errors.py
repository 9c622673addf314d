"""Each failure has its status and one shape; what was not foreseen tells nothing."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from app.engine.domain import errors
from app.engine.http.errors import body_of, status_of
from tests.fakes.chat_model import FakeChatModel
from tests.fakes.http import OneEngine, client

CHAT: dict[str, Any] = {"model": "tiny", "messages": [{"role": "user", "content": "hi"}]}

STATUSES = [
    (errors.InvalidRequest("m"), 400),
    (errors.UnsupportedParameter("m"), 400),
    (errors.PromptTooLong(10, 5), 400),
    (errors.TemplateFailed("m"), 400),
    (errors.GgufInvalid("m"), 400),
    (errors.NotFound("m"), 404),
    (errors.ModelNotFound("m"), 404),
    (errors.Conflict("m"), 409),
    (errors.DataDirectoryInUse("m"), 409),
    (errors.Busy("m"), 429),
    (errors.ModelUnavailable("m"), 503),
    (errors.ModelLoadFailed("m"), 503),
    (errors.ModelHostDied("m"), 503),
    (errors.RemoteFailed("m"), 502),
    (errors.DownloadFailed("m"), 502),
    (errors.AccessDenied("m"), 403),
    (errors.HubUnreachable("m"), 502),
    (errors.ChecksumMismatch("m"), 502),
    (errors.StorageFailed("m"), 507),
    (errors.DiskFull("m"), 507),
    (errors.WorldError("m"), 500),
    (errors.BugError("m"), 500),
]


def every(cls: type[errors.PaddockError]) -> set[type[errors.PaddockError]]:
    return {cls}.union(*(every(sub) for sub in cls.__subclasses__()))


def test_no_kind_of_error_is_forgotten() -> None:
    ours = {cls for cls in every(errors.PaddockError) if cls.__module__ == errors.__name__}
    assert {type(error) for error, _ in STATUSES} == ours - {errors.PaddockError}


async def chat(*answers: FakeChatModel, body: Any = None, **more: Any) -> httpx.Response:
    async with client(OneEngine(*answers)) as caller:
        return await caller.post("/v1/chat/completions", json=CHAT if body is None else body, **more)


@pytest.mark.parametrize(("error", "status"), STATUSES, ids=lambda value: type(value).__name__)
async def test_each_error_has_its_status_and_shape(error: errors.PaddockError, status: int) -> None:
    assert status_of(error) == status
    response = await chat(FakeChatModel(error))
    assert response.status_code == status
    assert response.json() == body_of(error)
    assert set(response.json()["error"]) == {"message", "type", "param", "code"}
    assert response.json()["error"]["code"] == error.code
    streamed = await chat(FakeChatModel(error), body={**CHAT, "stream": True})
    assert streamed.status_code in (status, 200)


async def test_busy_says_when_to_come_again() -> None:
    response = await chat(FakeChatModel(errors.Busy("full", retry_after=2.3)))
    assert response.headers["retry-after"] == "3"


async def test_a_prompt_too_long_names_both_lengths() -> None:
    error = (await chat(FakeChatModel(errors.PromptTooLong(5000, 2048)))).json()["error"]
    assert (error["code"], error["param"]) == ("context_length_exceeded", "messages")
    assert "5000" in error["message"]
    assert "2048" in error["message"]


@pytest.mark.parametrize(
    ("change", "param", "code"),
    [
        ({"wobble": 1}, "wobble", "unsupported_parameter"),
        ({"temperature": 9}, "temperature", "invalid_value"),
        ({"messages": []}, "messages", "invalid_value"),
        ({"model": ""}, "model", "invalid_value"),
        ({"messages": [{"role": "wizard", "content": "x"}]}, "messages.0.role", "invalid_value"),
        ({"messages": [{"role": "user", "content": "x", "colour": 1}]}, "messages.0.colour", "unsupported_parameter"),
    ],
)
async def test_a_bad_field_is_named(change: dict[str, Any], param: str, code: str) -> None:
    response = await chat(body={**CHAT, **change})
    assert response.status_code == 400
    error = response.json()["error"]
    assert (error["param"], error["code"], error["type"]) == (param, code, "invalid_request_error")


@pytest.mark.parametrize("text", [b"{", b"", b"nonsense", b'{"model": }', b"\xff\xfe", b"[" * 100_000])
async def test_malformed_json_is_a_400(text: bytes) -> None:
    async with client(OneEngine()) as caller:
        headers = {"Content-Type": "application/json"}
        response = await caller.post("/v1/chat/completions", content=text, headers=headers)
    assert response.status_code == 400
    assert response.json()["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize("body", [[], 7, "text", None])
async def test_json_of_another_kind_is_a_400(body: Any) -> None:
    async with client(OneEngine()) as caller:
        headers = {"Content-Type": "application/json"}
        response = await caller.post("/v1/chat/completions", content=json.dumps(body), headers=headers)
    assert response.status_code == 400


async def test_unknown_paths_and_methods_have_the_shape_too() -> None:
    async with client(OneEngine()) as caller:
        missing = await caller.get("/v1/nowhere")
        wrong = await caller.get("/v1/chat/completions")
        unknown = await caller.get("/v1/models/nope")
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "not_found")
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (405, "method_not_allowed")
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "model_not_found")


async def test_what_was_not_foreseen_tells_nothing(caplog: pytest.LogCaptureFixture) -> None:
    engine = OneEngine()

    def broken() -> object:
        raise ZeroDivisionError("a path: /secret/place")

    engine.models.states = broken  # type: ignore[assignment,method-assign]
    async with client(engine) as caller:
        response = await caller.get("/v1/models")
    assert response.status_code == 500
    assert response.json()["error"]["code"] == "internal_error"
    assert "secret" not in response.text
    assert "secret" in caplog.text
