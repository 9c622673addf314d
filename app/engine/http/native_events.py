"""A running turn as the stream objects of Llama Stack's classic agents. Shapes only; must not call the engine.

A shown text cannot be taken back on this wire: what a shield retracts is missing from the turn the stream ends with.
"""

from __future__ import annotations

from typing import Any

from app.engine.domain.agents import (
    InferenceStep,
    ShieldStep,
    Step,
    StepCompleted,
    StepProgressed,
    StepRetracted,
    StepStarted,
    Turn,
    TurnCompleted,
    TurnEvent,
    TurnStarted,
)
from app.engine.domain.inference import TextDelta, ToolCallDelta
from app.engine.domain.safety import Direction
from app.engine.http.errors import body_of, error_of
from app.engine.http.native_turns import Dialect, call_body, step_body, step_type, turn_body

# Llama Stack's words for the first and last; it has none for the others.
_TOUCHPOINTS: dict[Direction, str] = {
    "input": "user-input",
    "output": "assistant-output",
    "retrieved": "retrieved-context",
    "tool": "tool-response",
}


def stream_objects(event: TurnEvent, dialect: Dialect = "0.2") -> list[dict[str, Any]]:
    """Return the objects that tell an event, in their order."""
    match event:
        case TurnStarted(turn):
            return [_wrapped("turn_start", turn_id=turn.id)]
        case StepStarted(step):
            return [_wrapped("step_start", **_names(step), metadata=_metadata(step))]
        case StepProgressed(_, step_id, delta):
            return [_progress(step_id, shaped) for shaped in _deltas(delta)]
        case StepRetracted():
            return []
        case StepCompleted(step):
            done = _wrapped("step_complete", **_names(step), step_details=step_body(step, dialect))
            return [*_calls(step, dialect), done]
        case TurnCompleted(turn):
            return [_ended(turn, dialect)]


def _ended(turn: Turn, dialect: Dialect) -> dict[str, Any]:
    if turn.state == "failed":
        return body_of(error_of(turn.failure))
    kind = "turn_awaiting_input" if turn.state == "awaiting_input" else "turn_complete"
    return _wrapped(kind, turn=turn_body(turn, dialect))


def _calls(step: Step, dialect: Dialect) -> list[dict[str, Any]]:
    """Return the whole calls of an inference: only now are their arguments complete."""
    calls = step.tool_calls if isinstance(step, InferenceStep) else ()
    return [_progress(step.id, _call_delta("succeeded", call_body(call, dialect))) for call in calls]


def _wrapped(event_type: str, **fields: Any) -> dict[str, Any]:
    return {"event": {"payload": {"event_type": event_type, **fields}}}


def _progress(step_id: str, delta: dict[str, Any]) -> dict[str, Any]:
    """Return the object of a delta; only models say something bit by bit."""
    return _wrapped("step_progress", step_id=step_id, step_type="inference", delta=delta)


def _names(step: Step) -> dict[str, str]:
    return {"step_id": step.id, "step_type": step_type(step)}


def _metadata(step: Step) -> dict[str, str]:
    return {"touchpoint": _TOUCHPOINTS[step.direction]} if isinstance(step, ShieldStep) else {}


def _deltas(delta: TextDelta | ToolCallDelta) -> list[dict[str, Any]]:
    if isinstance(delta, TextDelta):
        return [{"type": "text", "text": delta.text}] if delta.text else []
    begun = [_call_delta("started", "")] if delta.name is not None else []
    return [*begun, *([_call_delta("in_progress", delta.arguments)] if delta.arguments else [])]


def _call_delta(status: str, call: str | dict[str, Any]) -> dict[str, Any]:
    return {"type": "tool_call", "parse_status": status, "tool_call": call}
