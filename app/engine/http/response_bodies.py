"""A turn as a response: OpenAI's shape, every field of it. Pure; the documents it cites are looked up before.

A turn that a shield blocked is a completed response that refuses, as Llama Stack has it, and calls whose results are
awaited complete one as well. What was streamed has the same places here as there: `output_items` decides them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.engine.domain import errors
from app.engine.domain.agents import Failure, InferenceStep, MemoryRetrievalStep, Source, Turn, TurnState
from app.engine.domain.memory import Document
from app.engine.http.agent_ids import output_id, response_id
from app.engine.http.errors import error_of
from app.engine.http.response_echo import echoed
from app.engine.http.response_items import call_body, output_text
from app.engine.http.vector_bodies import file_id_of

Documents = Mapping[str, Document]
_STATUS: dict[TurnState, str] = {
    "running": "in_progress",
    "cancelled": "cancelled",
    "failed": "failed",
    "interrupted": "failed",
}
_INTERRUPTED = Failure(code="interrupted", message="Paddock ended while this was answered.")
_ENDED = ("completed", "awaiting_input")


def response_body(turn: Turn, documents: Documents, *, results: bool = False) -> dict[str, Any]:
    """Return a turn as a response; with `results` searches of memory tell what they found."""
    status = status_of(turn)
    ended = status in ("completed", "incomplete")
    return {
        "id": response_id(turn.id),
        "object": "response",
        "created_at": int(turn.started_at),
        "completed_at": int(turn.completed_at) if turn.completed_at and ended else None,
        "status": status,
        "error": _error(turn),
        "incomplete_details": {"reason": "max_output_tokens"} if status == "incomplete" else None,
        "output": output_items(turn, documents, results=results),
        "usage": None if turn.state == "running" else usage_body(turn),
        **echoed(turn),
    }


def status_of(turn: Turn) -> str:
    """Return a turn's state in OpenAI's words."""
    if turn.state in _ENDED and _is_cut(turn):
        return "incomplete"
    return _STATUS.get(turn.state, "completed")


def output_items(turn: Turn, documents: Documents, *, results: bool = False) -> list[dict[str, Any]]:
    """Return what a turn answered: what was looked up, what was said, what is to be called."""
    items: list[dict[str, Any]] = []
    for step in turn.steps:
        place = len(items)
        match step:
            case MemoryRetrievalStep():
                items.append(search_item(step, place, documents, results=results))
            case InferenceStep() if turn.state != "blocked" and (step.text or _is_silent(step)):
                items.append(message_item(turn, place, [_said(turn, step, documents)]))
    blocking = turn.blocking()
    if turn.state == "blocked":
        refusal = {"type": "refusal", "refusal": blocking.message if blocking else ""}
        items.append(message_item(turn, len(items), [refusal]))
    elif turn.output is not None and turn.output.content and not any(step.text for step in turn.steps):
        items.append(message_item(turn, len(items), [output_text(turn.output.content)]))
    if turn.state == "awaiting_input":
        for call in turn.open_calls():
            items.append({"id": output_id("fc", turn.id, len(items)), **call_body(call)})
    return items


def message_item(turn: Turn, place: int, content: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a message of a turn at a place of its output."""
    status = "in_progress" if turn.state == "running" else "incomplete"
    if turn.state == "blocked" or (turn.state in _ENDED and not _is_cut(turn)):
        status = "completed"
    return {
        "id": output_id("msg", turn.id, place),
        "type": "message",
        "role": "assistant",
        "status": status,
        "content": content,
    }


def search_item(
    step: MemoryRetrievalStep, place: int, documents: Documents, *, results: bool = False
) -> dict[str, Any]:
    """Return a look into memory at a place of its turn's output."""
    statuses: dict[TurnState, str] = {"running": "searching", "completed": "completed"}
    return {
        "id": output_id("fs", step.turn_id, place),
        "type": "file_search_call",
        "status": statuses.get(step.state, "failed"),
        "queries": [step.query] if step.query else [],
        "results": [_result(source, documents) for source in step.sources] if results else None,
    }


def usage_body(turn: Turn) -> dict[str, Any]:
    """Return the tokens of all inferences of a turn."""
    usages = [step.usage for step in turn.steps if isinstance(step, InferenceStep)]
    asked = sum(usage.prompt_tokens for usage in usages)
    said = sum(usage.completion_tokens for usage in usages)
    cached = sum(usage.cached_tokens for usage in usages)
    return {
        "input_tokens": asked,
        "input_tokens_details": {"cached_tokens": cached, "cache_write_tokens": 0},
        "output_tokens": said,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": asked + said,
    }


def failure_of(turn: Turn) -> errors.PaddockError:
    """Return why a turn failed as the error it was."""
    return error_of(_INTERRUPTED if turn.state == "interrupted" else turn.failure)


def _error(turn: Turn) -> dict[str, Any] | None:
    if turn.state not in ("failed", "interrupted"):
        return None
    error = failure_of(turn)
    code = "server_error"
    if isinstance(error, errors.InvalidRequest | errors.NotFound):
        code = "invalid_prompt"
    elif isinstance(error, errors.Busy):
        code = "rate_limit_exceeded"
    return {"code": code, "message": error.in_words()}


def _is_cut(turn: Turn) -> bool:
    """Whether the last answer ended for want of tokens."""
    last = next((step for step in reversed(turn.steps) if isinstance(step, InferenceStep)), None)
    return last is not None and last.finish_reason == "length"


def _is_silent(step: InferenceStep) -> bool:
    """Whether a model ended without a word or a call; its message is empty."""
    return step.state == "completed" and not step.tool_calls


def _said(turn: Turn, step: InferenceStep, documents: Documents) -> dict[str, Any]:
    said = turn.output.content if turn.output is not None else None
    return output_text(step.text, _citations(turn, documents) if step.text == said else [])


def _citations(turn: Turn, documents: Documents) -> list[dict[str, Any]]:
    sources = {source.number: source for source in turn.sources()}
    return [
        {
            "type": "file_citation",
            "file_id": _file_id(sources[number], documents),
            "filename": sources[number].document_name,
            "index": mark.offset,
        }
        for mark in turn.citations
        for number in mark.numbers
        if number in sources
    ]


def _result(source: Source, documents: Documents) -> dict[str, Any]:
    document = documents.get(source.document_id)
    return {
        "file_id": _file_id(source, documents),
        "filename": source.document_name,
        "score": source.score,
        "text": source.quote,
        "attributes": document.attributes if document else {},
    }


def _file_id(source: Source, documents: Documents) -> str:
    document = documents.get(source.document_id)
    return file_id_of(document) if document else source.document_id
