"""Turns as they end, for tests of what is made of them."""

from __future__ import annotations

from typing import Any

from app.engine.domain.agents import (
    InferenceStep,
    MemoryRetrievalStep,
    ShieldStep,
    Source,
    Turn,
)
from app.engine.domain.inference import Message, ToolCall, Usage

TURN = "0f8fad5b-d9cb-469f-a165-70867728950e"
SESSION = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
STEP = "step-1"
CALL = ToolCall(id="call_1", name="get_time", arguments='{"zone": "UTC"}')


def said(text: str = "", **fields: Any) -> InferenceStep:
    """An inference that ended well."""
    usage = Usage(prompt_tokens=10, completion_tokens=4, cached_tokens=2)
    defaults = {"id": STEP, "state": "completed", "finish_reason": "stop", "usage": usage}
    return InferenceStep(turn_id=TURN, model="m", text=text, **(defaults | fields))


def looked_up(*quotes: str, **fields: Any) -> MemoryRetrievalStep:
    """A look into memory that found quotes, each in a document of its own."""
    sources = tuple(
        Source(
            number=number,
            bank_id="vs_1",
            document_id=f"d{number}",
            document_name=f"d{number}.txt",
            quote=quote,
            start=0,
            end=len(quote),
            score=0.5,
        )
        for number, quote in enumerate(quotes, 1)
    )
    defaults = {"id": "look-1", "turn_id": TURN, "query": "hay?", "sources": sources, "state": "completed"}
    return MemoryRetrievalStep(**(defaults | fields))


def blocked_by(message: str, direction: Any = "output") -> ShieldStep:
    """A check that blocks."""
    return ShieldStep(
        id="check-1", turn_id=TURN, direction=direction, outcome="block", message=message, state="completed"
    )


def turn(*steps: Any, text: str | None = None, **fields: Any) -> Turn:
    """A turn that was asked “Hi”; completed, unless `fields` say otherwise."""
    defaults: dict[str, Any] = {
        "id": TURN,
        "session_id": SESSION,
        "parent_id": None,
        "input": (Message(role="user", content="Hi"),),
        "state": "completed",
        "started_at": 100.5,
        "completed_at": 102.9,
        "output": None if text is None else Message(role="assistant", content=text),
    }
    return Turn(steps=steps, **(defaults | fields))
