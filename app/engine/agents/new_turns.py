"""Turns as they begin: from messages, and from the results of tools. Pure; stores and runs nothing."""

from __future__ import annotations

import time
from collections.abc import Mapping
from uuid import uuid4

import msgspec

from app.engine.domain.agents import AgentConfig, Attachment, ToolExecutionStep, ToolResult, Turn
from app.engine.domain.errors import InvalidRequest
from app.engine.domain.inference import Message

TITLE_LENGTH = 60


def messages_of(asked: str | tuple[Message, ...]) -> tuple[Message, ...]:
    """Return what was asked as messages; raises InvalidRequest when there is nothing in them."""
    messages = (Message(role="user", content=asked),) if isinstance(asked, str) else asked
    if not any(each.content.strip() or each.tool_calls or each.role == "tool" for each in messages):
        raise InvalidRequest("The message is empty.", param="text")
    return messages


def new_turn(
    session_id: str,
    parent_id: str | None,
    messages: tuple[Message, ...],
    attachments: tuple[Attachment, ...] = (),
    config: AgentConfig | None = None,
    metadata: Mapping[str, str] | None = None,
) -> Turn:
    """Return a turn that is yet to be stored and answered."""
    return Turn(
        id=str(uuid4()),
        session_id=session_id,
        parent_id=parent_id,
        input=messages,
        attachments=attachments,
        started_at=time.time(),
        config=config,
        metadata=dict(metadata or {}),
    )


def execution_of(turn: Turn, results: tuple[ToolResult, ...]) -> ToolExecutionStep:
    """Return the step that holds the results of a turn's open calls, in the order of the calls."""
    calls = turn.open_calls() if turn.state == "awaiting_input" else ()
    if not calls:
        raise InvalidRequest("This turn does not wait for results of tools.", param="turn_id")
    given = {result.call_id: result for result in results}
    if sorted(result.call_id for result in results) != sorted(call.id for call in calls):
        wanted = ", ".join(call.id for call in calls)
        raise InvalidRequest(f"There must be one result for each of these calls: {wanted}.", param="tool_responses")
    ordered = tuple(msgspec.structs.replace(given[call.id], name=call.name) for call in calls)
    return ToolExecutionStep(
        id=str(uuid4()), turn_id=turn.id, tool_calls=calls, results=ordered, started_at=time.time()
    )


def title_of(messages: tuple[Message, ...]) -> str:
    """Return a title for a new chat: the first line of what the person wrote, cut at a word."""
    text = next((message.content for message in messages if message.role == "user"), "")
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    if len(line) <= TITLE_LENGTH:
        return line
    return line[:TITLE_LENGTH].rsplit(" ", 1)[0].rstrip(",.;:") + "…"
