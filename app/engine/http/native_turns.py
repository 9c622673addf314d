"""Sessions, turns and steps as Llama Stack's clients read them. Shapes only; must not call the engine.

Llama Stack 0.3 writes the arguments of a call as JSON text, 0.2 as an object with the text beside it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal, assert_never

from app.engine.domain.agents import (
    InferenceStep,
    MemoryRetrievalStep,
    Session,
    ShieldStep,
    Step,
    ToolExecutionStep,
    ToolResult,
    Turn,
)
from app.engine.domain.inference import Message, ToolCall
from app.engine.domain.safety import Judgement
from app.engine.http.nesting import is_shallow
from app.engine.http.shields import violation

Dialect = Literal["0.2", "0.3"]
StopReason = Literal["end_of_turn", "end_of_message", "out_of_tokens"]


def session_body(session: Session, turns: Sequence[Turn], dialect: Dialect = "0.2") -> dict[str, Any]:
    """Return a session with those of its turns that are to be shown."""
    return {
        "session_id": session.id,
        "session_name": session.title,
        "turns": [turn_body(turn, dialect) for turn in turns],
        "started_at": moment(session.created_at),
    }


def turn_body(turn: Turn, dialect: Dialect = "0.2") -> dict[str, Any]:
    """Return a turn; its output message tells how it stands."""
    return {
        "turn_id": turn.id,
        "session_id": turn.session_id,
        "input_messages": [_input_body(message) for message in turn.input],
        "steps": [step_body(step, dialect) for step in turn.steps],
        "output_message": _output_body(turn, dialect),
        "output_attachments": [],
        "started_at": moment(turn.started_at),
        "completed_at": _ended(turn.completed_at),
    }


def step_body(step: Step, dialect: Dialect = "0.2") -> dict[str, Any]:
    """Return a step with what is its own."""
    return {
        "step_id": step.id,
        "step_type": step_type(step),
        "turn_id": step.turn_id,
        "started_at": moment(step.started_at),
        "completed_at": _ended(step.completed_at),
        **_details(step, dialect),
    }


def step_type(step: Step) -> str:
    """Return what Llama Stack calls this kind of step."""
    return str(type(step).__struct_config__.tag)


def call_body(call: ToolCall, dialect: Dialect = "0.2") -> dict[str, Any]:
    """Return a tool call. Arguments that are no JSON object, or a very deep one, stay text."""
    named = {"call_id": call.id, "tool_name": call.name}
    if dialect == "0.3":
        return {**named, "arguments": call.arguments}
    read = _read(call.arguments)
    arguments = read if isinstance(read, dict) and is_shallow(read) else call.arguments
    return {**named, "arguments": arguments, "arguments_json": call.arguments or "{}"}


def moment(seconds: float) -> str:
    """Return a time of Unix seconds as text of ISO 8601."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def _read(arguments: str) -> Any:
    try:
        return json.loads(arguments or "{}")
    except (ValueError, RecursionError):
        return None


def _ended(seconds: float | None) -> str | None:
    return None if seconds is None else moment(seconds)


def _input_body(message: Message) -> dict[str, Any]:
    if message.role == "tool":
        return {"role": "tool", "call_id": message.tool_call_id or "", "content": message.content}
    return {"role": "user", "content": message.content, "context": None}


def _output_body(turn: Turn, dialect: Dialect) -> dict[str, Any]:
    content = turn.output_text()
    calls: tuple[ToolCall, ...] = ()
    if turn.state == "blocked":
        blocking = turn.blocking()
        content = blocking.message if blocking else ""
    if turn.state == "awaiting_input":
        content, calls = _last_said(turn), turn.open_calls()
    return _completion(content, _turn_stop(turn), calls, dialect)


def _completion(content: str, stop: StopReason, calls: Sequence[ToolCall], dialect: Dialect) -> dict[str, Any]:
    shaped = [call_body(call, dialect) for call in calls]
    return {"role": "assistant", "content": content, "stop_reason": stop, "tool_calls": shaped}


def _turn_stop(turn: Turn) -> StopReason:
    """Return why the answer ends. A client runs the calls of a message that ends for neither of the other reasons."""
    if turn.state == "blocked":
        return "end_of_turn"
    last = _last_inference(turn)
    if turn.state in ("completed", "awaiting_input") and last is not None and last.finish_reason == "length":
        return "out_of_tokens"
    return "end_of_turn" if turn.state == "completed" else "end_of_message"


def _step_stop(step: InferenceStep) -> StopReason:
    if step.finish_reason == "length":
        return "out_of_tokens"
    return "end_of_turn" if step.finish_reason == "stop" and not step.tool_calls else "end_of_message"


def _last_inference(turn: Turn) -> InferenceStep | None:
    return next((step for step in reversed(turn.steps) if isinstance(step, InferenceStep)), None)


def _last_said(turn: Turn) -> str:
    last = _last_inference(turn)
    return last.text if last is not None else ""


def _details(step: Step, dialect: Dialect) -> dict[str, Any]:
    match step:
        case InferenceStep():
            return {"model_response": _completion(step.text, _step_stop(step), step.tool_calls, dialect)}
        case ToolExecutionStep():
            names = {call.id: call.name for call in step.tool_calls}
            return {
                "tool_calls": [call_body(call, dialect) for call in step.tool_calls],
                "tool_responses": [_result_body(result, names) for result in step.results],
            }
        case ShieldStep():
            judged = Judgement(outcome=step.outcome, verdicts=step.verdicts, message=step.message)
            return {"violation": violation(judged)}
        case MemoryRetrievalStep():
            # One text by its type, although it names several.
            return {"vector_db_ids": ",".join(step.bank_ids), "inserted_context": _context_body(step)}
    assert_never(step)


def _result_body(result: ToolResult, names: dict[str, str]) -> dict[str, Any]:
    return {
        "call_id": result.call_id,
        "tool_name": result.name or names.get(result.call_id, ""),
        "content": result.content,
        "metadata": {"withheld": True} if result.withheld else {},
    }


def _context_body(step: MemoryRetrievalStep) -> list[dict[str, str]]:
    return [{"type": "text", "text": source.quote} for source in step.sources]
