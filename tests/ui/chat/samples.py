"""Turns as the engine hands them over, for tests of what shows them."""

from __future__ import annotations

from typing import Any

from app.engine.domain.agents import ContextReport, InferenceStep, Turn
from app.engine.domain.inference import Message, Timings, Usage

STEP = InferenceStep(
    id="step",
    turn_id="turn",
    model="tiny",
    text="An answer",
    state="completed",
    finish_reason="stop",
    usage=Usage(prompt_tokens=120, completion_tokens=31, cached_tokens=100),
    timings=Timings(queued=0.5, first_token=0.25, generation=2.0),
    context=ContextReport(context_length=2000, prompt_tokens=120),
)


def turn(question: str = "A question", answer: str = "An answer", **fields: Any) -> Turn:
    """Return a turn, completed unless told otherwise."""
    state = fields.setdefault("state", "completed")
    output = Message(role="assistant", content=answer) if state == "completed" else None
    told: dict[str, Any] = {"id": "turn", "session_id": "chat", "parent_id": None, "output": output}
    return Turn(input=(Message(role="user", content=question),), **(told | fields))
