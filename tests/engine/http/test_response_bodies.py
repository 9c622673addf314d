"""A turn as a response, whichever way it ended; the types of OpenAI's client and Llama Stack's read it."""

from __future__ import annotations

from typing import Any

import pytest
from ogx_client.types import ResponseObject
from openai.types.responses import Response

from app.engine.domain.agents import CitationMark, Failure, ShieldStep
from app.engine.domain.inference import Message
from app.engine.domain.memory import Document
from app.engine.http.agent_ids import output_id, response_id
from app.engine.http.response_bodies import Documents, failure_of, response_body
from tests.fakes.turns import CALL, TURN, blocked_by, looked_up, said, turn

DOCUMENTS = {
    "d1": Document(id="d1", bank_id="vs_1", name="d1.txt", state="ready", file_id="file-9", attributes={"year": 2024})
}


def shaped(given: Any, documents: Documents | None = None, **fields: Any) -> dict[str, Any]:
    body = response_body(given, documents or {}, **fields)
    Response.model_validate(body)
    ResponseObject.model_validate(body)
    return body


def test_an_answer() -> None:
    body = shaped(turn(said("Hay."), text="Hay."))
    assert (body["id"], body["object"], body["status"]) == (response_id(TURN), "response", "completed")
    assert (body["created_at"], body["completed_at"]) == (100, 102)
    (message,) = body["output"]
    assert message["id"] == output_id("msg", TURN, 0) and message["status"] == "completed"
    assert message["content"] == [{"type": "output_text", "text": "Hay.", "annotations": [], "logprobs": []}]
    assert body["usage"] == {
        "input_tokens": 10,
        "input_tokens_details": {"cached_tokens": 2, "cache_write_tokens": 0},
        "output_tokens": 4,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": 14,
    }


def test_every_field_is_there() -> None:
    needed = {
        "id", "object", "created_at", "completed_at", "status", "background", "error", "incomplete_details",
        "instructions", "max_output_tokens", "max_tool_calls", "model", "output", "parallel_tool_calls",
        "previous_response_id", "prompt_cache_key", "reasoning", "safety_identifier", "service_tier", "store",
        "temperature", "text", "tool_choice", "tools", "top_logprobs", "top_p", "truncation", "usage", "user",
        "metadata", "conversation", "presence_penalty", "frequency_penalty",
    }  # fmt: skip
    assert shaped(turn(said("Hay."), text="Hay.")).keys() == needed


def test_an_answer_cut_short_is_incomplete() -> None:
    body = shaped(turn(said("Hay", finish_reason="length"), text="Hay"))
    assert (body["status"], body["incomplete_details"]) == ("incomplete", {"reason": "max_output_tokens"})
    assert body["output"][0]["status"] == "incomplete"


def test_calls_come_behind_the_text() -> None:
    step = said("Let me look.", tool_calls=(CALL,), finish_reason="tool_calls")
    answer = Message(role="assistant", content="Let me look.", tool_calls=(CALL,))
    body = shaped(turn(step, state="awaiting_input", output=answer))
    assert body["status"] == "completed"
    message, call = body["output"]
    assert message["content"][0]["text"] == "Let me look."
    assert call == {
        "id": output_id("fc", TURN, 1), "type": "function_call", "status": "completed",
        "call_id": "call_1", "name": "get_time", "arguments": '{"zone": "UTC"}',
    }  # fmt: skip


def test_a_call_without_a_word_has_no_message() -> None:
    body = shaped(turn(said("", tool_calls=(CALL,)), text="", state="awaiting_input"))
    assert [item["type"] for item in body["output"]] == ["function_call"]


def test_an_empty_answer_is_a_message() -> None:
    (message,) = shaped(turn(said(""), text=""))["output"]
    assert message["content"][0]["text"] == ""


def test_an_answer_names_the_files_it_rests_on() -> None:
    marks = (CitationMark(offset=4, numbers=(1, 2)), CitationMark(offset=9, numbers=(7,)))
    given = turn(looked_up("dry hay", "wet hay"), said("Hay."), text="Hay.", citations=marks)
    search, message = shaped(given, DOCUMENTS)["output"]
    assert search == {
        "id": output_id("fs", TURN, 0), "type": "file_search_call", "status": "completed",
        "queries": ["hay?"], "results": None,
    }  # fmt: skip
    assert message["content"][0]["annotations"] == [
        {"type": "file_citation", "file_id": "file-9", "filename": "d1.txt", "index": 4},
        {"type": "file_citation", "file_id": "d2", "filename": "d2.txt", "index": 4},
    ]


def test_results_are_told_where_they_are_wanted() -> None:
    body = shaped(turn(looked_up("dry hay", "wet hay"), said("Hay."), text="Hay."), DOCUMENTS, results=True)
    assert body["output"][0]["results"] == [
        {"file_id": "file-9", "filename": "d1.txt", "score": 0.5, "text": "dry hay", "attributes": {"year": 2024}},
        {"file_id": "d2", "filename": "d2.txt", "score": 0.5, "text": "wet hay", "attributes": {}},
    ]


def test_an_answer_that_no_model_gave_is_a_message() -> None:
    body = shaped(turn(looked_up(nothing_found=True), text="This is not in your documents."))
    assert body["output"][1]["content"][0]["text"] == "This is not in your documents."
    assert body["usage"]["total_tokens"] == 0


@pytest.mark.parametrize("direction", ["input", "output"])
def test_a_blocked_turn_refuses(direction: str) -> None:
    steps = [said("", state="blocked")] if direction == "output" else []
    body = shaped(turn(*steps, blocked_by("Not about weapons.", direction), state="blocked"))
    assert (body["status"], body["error"]) == ("completed", None)
    (message,) = body["output"]
    assert message["content"] == [{"type": "refusal", "refusal": "Not about weapons."}]
    assert message["id"] == output_id("msg", TURN, 0)


def test_what_was_looked_up_stays_in_a_blocked_turn() -> None:
    body = shaped(turn(looked_up("hay"), said("", state="blocked"), blocked_by("No."), state="blocked"))
    assert [item["type"] for item in body["output"]] == ["file_search_call", "message"]


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (Failure(code="model_host_died", message="It died.", hint="Try again."), "server_error"),
        (Failure(code="context_length_exceeded", message="Too long."), "invalid_prompt"),
        (Failure(code="busy", message="Busy."), "rate_limit_exceeded"),
        (Failure(code="no such code", message="?"), "server_error"),
    ],
)
def test_a_failure_is_told_in_openais_words(failure: Failure, code: str) -> None:
    given = turn(said("Ha", state="failed", finish_reason=""), state="failed", failure=failure)
    body = shaped(given)
    assert (body["status"], body["completed_at"]) == ("failed", None)
    assert body["error"] == {"code": code, "message": f"{failure.message} {failure.hint}".strip()}
    assert body["output"][0]["status"] == "incomplete"
    assert failure_of(given).message == failure.message


@pytest.mark.parametrize(
    ("state", "status"), [("running", "in_progress"), ("cancelled", "cancelled"), ("interrupted", "failed")]
)
def test_a_turn_that_has_no_end(state: Any, status: str) -> None:
    body = shaped(turn(said("Ha", state=state, finish_reason=""), state=state, completed_at=None))
    assert body["status"] == status
    assert (body["usage"] is None) == (state == "running")
    assert (body["error"] is not None) == (state == "interrupted")
    assert body["output"][0]["status"] == ("in_progress" if state == "running" else "incomplete")


def test_a_check_that_lets_pass_is_not_told() -> None:
    check = ShieldStep(id="c", turn_id=TURN, direction="input", state="completed")
    assert len(shaped(turn(check, said("Hay."), text="Hay."))["output"]) == 1
