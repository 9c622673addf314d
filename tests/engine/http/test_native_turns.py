"""Turns and steps as clients of Llama Stack read them."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from app.engine.domain.agents import (
    InferenceStep,
    MemoryRetrievalStep,
    Session,
    ShieldStep,
    Source,
    Step,
    ToolExecutionStep,
    ToolResult,
    Turn,
)
from app.engine.domain.inference import Message, ToolCall
from app.engine.domain.safety import Concern, Verdict
from app.engine.http.native_turns import call_body, moment, session_body, step_body, turn_body

CALL = ToolCall(id="c", name="clock", arguments='{"zone": "UTC"}')
CALL_BODY = {"call_id": "c", "tool_name": "clock", "arguments": {"zone": "UTC"}, "arguments_json": '{"zone": "UTC"}'}
SAID = InferenceStep(
    id="s", turn_id="t", model="m", text="It is", finish_reason="stop", state="completed",
    started_at=1.0, completed_at=2.5,
)  # fmt: skip
CALLED = msgspec.structs.replace(SAID, tool_calls=(CALL,), finish_reason="tool_calls")
BLOCKED = ShieldStep(
    id="g",
    turn_id="t",
    direction="input",
    outcome="block",
    message="Not this.",
    verdicts=(Verdict(shield="x", direction="input", concerns=(Concern(category="w", name="W", code="S9"),)),),
)


def turn(*steps: Step, **fields: Any) -> Turn:
    defaults: dict[str, Any] = {
        "id": "t", "session_id": "e", "parent_id": None, "input": (Message(role="user", content="Hi"),),
        "steps": steps, "started_at": 0.5, "completed_at": 3.0, "state": "completed",
    }  # fmt: skip
    return Turn(**(defaults | fields))


def output(*steps: Step, **fields: Any) -> dict[str, Any]:
    found: dict[str, Any] = turn_body(turn(*steps, **fields))["output_message"]
    return found


def test_a_moment_is_iso() -> None:
    assert moment(1.5) == "1970-01-01T00:00:01.500000+00:00"


def test_a_turn() -> None:
    tool = Message(role="tool", content="noon", tool_call_id="c")
    given = turn(
        SAID, input=(Message(role="user", content="Hi"), tool), output=Message(role="assistant", content="It is")
    )
    assert turn_body(given) == {
        "turn_id": "t",
        "session_id": "e",
        "input_messages": [
            {"role": "user", "content": "Hi", "context": None},
            {"role": "tool", "call_id": "c", "content": "noon"},
        ],
        "steps": [step_body(SAID)],
        "output_message": {"role": "assistant", "content": "It is", "stop_reason": "end_of_turn", "tool_calls": []},
        "output_attachments": [],
        "started_at": moment(0.5),
        "completed_at": moment(3.0),
    }


def test_a_session() -> None:
    body = session_body(Session(id="e", title="Mine", created_at=1.0), [turn(SAID)])
    assert body == {
        "session_id": "e", "session_name": "Mine", "started_at": moment(1.0), "turns": [turn_body(turn(SAID))]
    }  # fmt: skip


def test_an_inference() -> None:
    body = step_body(SAID)
    assert body == {
        "step_id": "s",
        "step_type": "inference",
        "turn_id": "t",
        "started_at": moment(1.0),
        "completed_at": moment(2.5),
        "model_response": {"role": "assistant", "content": "It is", "stop_reason": "end_of_turn", "tool_calls": []},
    }
    assert step_body(CALLED)["model_response"]["stop_reason"] == "end_of_message"
    cut = msgspec.structs.replace(SAID, finish_reason="length")
    assert step_body(cut)["model_response"]["stop_reason"] == "out_of_tokens"
    running = msgspec.structs.replace(SAID, finish_reason="", state="running", completed_at=None)
    assert (step_body(running)["completed_at"], step_body(running)["model_response"]["stop_reason"]) == (
        None,
        "end_of_message",
    )


def test_a_tool_execution() -> None:
    results = (ToolResult(call_id="c", content="noon"), ToolResult(call_id="d", name="n", content="-", withheld=True))
    body = step_body(ToolExecutionStep(id="x", turn_id="t", tool_calls=(CALL,), results=results))
    assert (body["step_type"], body["tool_calls"]) == ("tool_execution", [CALL_BODY])
    assert body["tool_responses"] == [
        {"call_id": "c", "tool_name": "clock", "content": "noon", "metadata": {}},
        {"call_id": "d", "tool_name": "n", "content": "-", "metadata": {"withheld": True}},
    ]


def test_a_shield_call() -> None:
    body = step_body(BLOCKED)
    assert body["step_type"] == "shield_call"
    assert body["violation"]["violation_level"] == "error"
    assert (body["violation"]["user_message"], body["violation"]["metadata"]["violation_type"]) == ("Not this.", "S9")
    assert step_body(msgspec.structs.replace(BLOCKED, outcome="allow"))["violation"] is None


def test_a_memory_retrieval() -> None:
    source = Source(number=1, bank_id="b", document_id="d", document_name="D", quote="Hay.", start=0, end=4)
    body = step_body(MemoryRetrievalStep(id="r", turn_id="t", query="?", bank_ids=("b", "c"), sources=(source,)))
    assert (body["step_type"], body["vector_db_ids"]) == ("memory_retrieval", "b,c")
    assert body["inserted_context"] == [{"type": "text", "text": "Hay."}]


def test_an_awaiting_turn_ends_so_that_the_client_runs_its_calls() -> None:
    said = output(CALLED, state="awaiting_input")
    assert said == {
        "role": "assistant", "content": "It is", "stop_reason": "end_of_message", "tool_calls": [CALL_BODY]
    }  # fmt: skip


def test_calls_that_may_be_cut_are_not_to_be_run() -> None:
    cut = msgspec.structs.replace(CALLED, finish_reason="length")
    assert output(cut, state="awaiting_input")["stop_reason"] == "out_of_tokens"


def test_a_resumed_turn_says_only_its_last_answer() -> None:
    execution = ToolExecutionStep(
        id="x", turn_id="t", tool_calls=(CALL,), results=(ToolResult(call_id="c", content="n"),)
    )
    answer = Message(role="assistant", content="Noon.")
    said = output(CALLED, execution, msgspec.structs.replace(SAID, id="s2", text="Noon."), output=answer)
    assert said == {"role": "assistant", "content": "Noon.", "stop_reason": "end_of_turn", "tool_calls": []}


def test_a_blocked_turn_says_what_the_shield_says() -> None:
    said = output(BLOCKED, state="blocked")
    assert (said["content"], said["stop_reason"]) == ("Not this.", "end_of_turn")


@pytest.mark.parametrize("state", ["running", "cancelled", "interrupted", "failed"])
def test_what_broke_off_is_a_part(state: str) -> None:
    said = output(SAID, state=state, completed_at=None)
    assert (said["content"], said["stop_reason"]) == ("It is", "end_of_message")


def test_an_answer_that_was_cut() -> None:
    cut = msgspec.structs.replace(SAID, finish_reason="length")
    assert output(cut, output=Message(role="assistant", content="It is"))["stop_reason"] == "out_of_tokens"


DEEP = ['{"a":' * levels + "1" + "}" * levels for levels in (300, 100_000)]


@pytest.mark.parametrize(
    ("arguments", "found"),
    [("", {}), ("{", "{"), ("[1]", "[1]"), ('{"a": [1]}', {"a": [1]}), *((deep, deep) for deep in DEEP)],
    ids=lambda value: str(value)[:9],
)
def test_arguments_that_are_no_object_stay_text(arguments: str, found: Any) -> None:
    assert call_body(ToolCall(id="c", name="f", arguments=arguments))["arguments"] == found


def test_the_dialect_of_0_3_writes_arguments_as_text() -> None:
    text = {"call_id": "c", "tool_name": "clock", "arguments": '{"zone": "UTC"}'}
    assert call_body(CALL, "0.3") == text
    body = turn_body(turn(CALLED, state="awaiting_input"), "0.3")
    assert body["output_message"]["tool_calls"] == body["steps"][0]["model_response"]["tool_calls"] == [text]
