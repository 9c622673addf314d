"""Each failure has its status and one shape."""

from __future__ import annotations

import logging

import pytest

from app.engine.domain import errors
from app.engine.domain.agents import Failure
from app.engine.http.errors import body_of, error_body, error_of, status_of
from tests.fakes.serving import calling, chat_body

TABLE = [
    (errors.InvalidRequest("x"), 400, "invalid_request_error"),
    (errors.UnsupportedParameter("x"), 400, "invalid_request_error"),
    (errors.PromptTooLong(9, 8), 400, "invalid_request_error"),
    (errors.TemplateFailed("x"), 400, "invalid_request_error"),
    (errors.GgufInvalid("x"), 400, "invalid_request_error"),
    (errors.DocumentUnreadable("x"), 400, "invalid_request_error"),
    (errors.NotFound("x"), 404, "not_found_error"),
    (errors.BankNotFound("x"), 404, "not_found_error"),
    (errors.ModelNotFound("x"), 404, "not_found_error"),
    (errors.BankNotFound("x"), 404, "not_found_error"),
    (errors.Conflict("x"), 409, "conflict_error"),
    (errors.DataDirectoryInUse("x"), 409, "conflict_error"),
    (errors.Busy("x"), 429, "rate_limit_error"),
    (errors.ModelUnavailable("x"), 503, "server_error"),
    (errors.ModelLoadFailed("x"), 503, "server_error"),
    (errors.ModelHostDied("x"), 503, "server_error"),
    (errors.RemoteFailed("x"), 502, "server_error"),
    (errors.WorkerDied("x"), 503, "server_error"),
    (errors.DownloadFailed("x"), 502, "server_error"),
    (errors.AccessDenied("x"), 403, "permission_error"),
    (errors.HubUnreachable("x"), 502, "server_error"),
    (errors.ChecksumMismatch("x"), 502, "server_error"),
    (errors.StorageFailed("x"), 507, "server_error"),
    (errors.DiskFull("x"), 507, "server_error"),
    (errors.BugError("x"), 500, "server_error"),
]


@pytest.mark.parametrize(("error", "status", "kind"), TABLE, ids=lambda value: getattr(value, "code", None))
async def test_an_error_of_the_tree_is_answered_with_its_status(engine, error, status: int, kind: str) -> None:
    engine.inference.events = ()
    engine.inference.failure = error
    for stream in (False, True):
        async with calling(engine) as client:
            answer = await client.post("/v1/chat/completions", json=chat_body(stream=stream))
        assert answer.status_code == status_of(error) == status
        assert answer.json() == {
            "error": {"message": error.in_words(), "type": kind, "param": error.param, "code": error.code}
        }


def test_the_table_leaves_no_class_out() -> None:
    def below(cls):
        return {cls}.union(*(below(each) for each in cls.__subclasses__()))

    own = {cls for cls in below(errors.WorldError) if cls.__module__ == errors.__name__}
    assert own - {errors.WorldError} <= {type(error) for error, _, _ in TABLE}


async def test_a_full_queue_says_when_to_come_again(engine) -> None:
    engine.inference.events = ()
    engine.inference.failure = errors.Busy("The queue is full.", retry_after=2.2)
    async with calling(engine) as client:
        answer = await client.post("/v1/chat/completions", json=chat_body())
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "3"


def test_a_long_prompt_tells_both_lengths_and_the_field() -> None:
    error = body_of(errors.PromptTooLong(9001, 8192))["error"]
    assert "9001" in error["message"] and "8192" in error["message"]
    assert (error["param"], error["code"]) == ("messages", "context_length_exceeded")


def test_a_hint_is_part_of_the_message() -> None:
    assert body_of(errors.Conflict("Taken.", hint="Choose another."))["error"]["message"] == "Taken. Choose another."


@pytest.mark.parametrize(
    ("status", "kind"), [(400, "invalid_request_error"), (418, "invalid_request_error"), (599, "server_error")]
)
def test_a_status_without_an_own_word_has_that_of_its_kind(status: int, kind: str) -> None:
    assert error_body("x", None, status)["error"]["type"] == kind


async def test_an_unknown_field_is_named(engine) -> None:
    async with calling(engine) as client:
        answer = await client.post("/v1/chat/completions", json=chat_body(store=True))
    error = answer.json()["error"]
    assert answer.status_code == 400
    assert (error["param"], error["code"]) == ("store", "unsupported_parameter")
    assert "“store”" in error["message"]


async def test_a_wrong_value_is_placed(engine) -> None:
    async with calling(engine) as client:
        answer = await client.post("/v1/chat/completions", json=chat_body(messages=[{"role": "user", "content": 5}]))
    assert answer.status_code == 400
    assert answer.json()["error"]["param"].startswith("messages.0.content")


async def test_a_body_that_is_not_json(engine) -> None:
    async with calling(engine) as client:
        answer = await client.post("/v1/completions", content=b"{,", headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert (answer.json()["error"]["code"], answer.json()["error"]["param"]) == ("invalid_json", None)


@pytest.mark.parametrize(
    ("method", "path", "status", "word"),
    [("GET", "/v1/none", 404, "not_found"), ("DELETE", "/v1/models", 405, "method_not_allowed")],
)
async def test_a_route_that_is_not_there(engine, method: str, path: str, status: int, word: str) -> None:
    async with calling(engine) as client:
        answer = await client.request(method, path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, word)


async def test_a_bug_is_logged_and_not_told(engine, caplog: pytest.LogCaptureFixture) -> None:
    async def broken() -> None:
        raise RuntimeError("secret of /home")

    engine.models.list = broken
    async with calling(engine) as client:
        with caplog.at_level(logging.ERROR, "paddock.http"):
            answer = await client.get("/v1/models")
    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "internal_error"
    assert "secret" not in answer.text
    assert "secret of /home" in caplog.text


def test_a_failure_is_its_error_again() -> None:
    error = error_of(Failure(code="model_host_died", message="It ended.", hint="Again."))
    assert isinstance(error, errors.ModelHostDied) and error.in_words() == "It ended. Again."
    for failure in (None, Failure(code="internal_error", message="KeyError: a path")):
        bug = error_of(failure)
        assert isinstance(bug, errors.BugError) and "KeyError" not in bug.in_words()
