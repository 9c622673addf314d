"""Events of a turn as the stream objects of classic agents."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from app.engine.domain.agents import (
    Failure,
    StepCompleted,
    StepProgressed,
    StepRetracted,
    StepStarted,
    TurnCompleted,
    TurnEvent,
    TurnStarted,
)
from app.engine.domain.inference import TextDelta, ToolCallDelta
from app.engine.http.native_events import stream_objects
from app.engine.http.native_turns import step_body, turn_body
from tests.engine.http.test_native_turns import BLOCKED, CALL, CALL_BODY, CALLED, SAID, turn


def payloads(event: TurnEvent) -> list[dict[str, Any]]:
    return [each["event"]["payload"] for each in stream_objects(event)]


def progressed(delta: TextDelta | ToolCallDelta) -> list[dict[str, Any]]:
    found = payloads(StepProgressed("t", "s", delta))
    assert all(
        (each["event_type"], each["step_id"], each["step_type"]) == ("step_progress", "s", "inference")
        for each in found
    )
    return [each["delta"] for each in found]


def test_a_turn_begins_and_ends() -> None:
    assert payloads(TurnStarted(turn())) == [{"event_type": "turn_start", "turn_id": "t"}]
    done = turn(SAID)
    assert payloads(TurnCompleted(done)) == [{"event_type": "turn_complete", "turn": turn_body(done)}]
    open_turn = turn(CALLED, state="awaiting_input")
    assert payloads(TurnCompleted(open_turn)) == [{"event_type": "turn_awaiting_input", "turn": turn_body(open_turn)}]


@pytest.mark.parametrize("state", ["cancelled", "interrupted", "blocked"])
def test_a_turn_that_did_not_answer_is_complete_too(state: str) -> None:
    assert payloads(TurnCompleted(turn(BLOCKED, state=state)))[0]["event_type"] == "turn_complete"


def test_a_failed_turn_is_an_error() -> None:
    failed = turn(state="failed", failure=Failure(code="model_host_died", message="It ended."))
    assert stream_objects(TurnCompleted(failed)) == [
        {"error": {"message": "It ended.", "type": "server_error", "param": None, "code": "model_host_died"}}
    ]


def test_a_step_begins_and_ends() -> None:
    assert payloads(StepStarted(SAID)) == [
        {"event_type": "step_start", "step_id": "s", "step_type": "inference", "metadata": {}}
    ]
    assert payloads(StepCompleted(SAID)) == [
        {"event_type": "step_complete", "step_id": "s", "step_type": "inference", "step_details": step_body(SAID)}
    ]


@pytest.mark.parametrize(
    ("direction", "touchpoint"),
    [
        ("input", "user-input"),
        ("output", "assistant-output"),
        ("tool", "tool-response"),
        ("retrieved", "retrieved-context"),
    ],
)
def test_a_check_says_where_it_looks(direction: Any, touchpoint: str) -> None:
    (begun,) = payloads(StepStarted(msgspec.structs.replace(BLOCKED, direction=direction)))
    assert (begun["step_type"], begun["metadata"]) == ("shield_call", {"touchpoint": touchpoint})


def test_deltas() -> None:
    assert progressed(TextDelta("Hi")) == [{"type": "text", "text": "Hi"}]
    assert progressed(TextDelta("")) == []
    begun = {"type": "tool_call", "parse_status": "started", "tool_call": ""}
    more = {"type": "tool_call", "parse_status": "in_progress", "tool_call": "{"}
    assert progressed(ToolCallDelta(0, "c", "clock")) == [begun]
    assert progressed(ToolCallDelta(0, "c", "clock", "{")) == [begun, more]
    assert progressed(ToolCallDelta(0, arguments="{")) == [more]


def test_whole_calls_come_before_the_end_of_their_step() -> None:
    call, done = payloads(StepCompleted(CALLED))
    assert call["delta"] == {"type": "tool_call", "parse_status": "succeeded", "tool_call": CALL_BODY}
    assert done["step_details"]["model_response"]["tool_calls"] == [CALL_BODY]
    newer = stream_objects(StepCompleted(CALLED), "0.3")[0]["event"]["payload"]
    assert newer["delta"]["tool_call"]["arguments"] == CALL.arguments


def test_what_is_taken_back_cannot_be_told() -> None:
    assert stream_objects(StepRetracted("t", "s")) == []
