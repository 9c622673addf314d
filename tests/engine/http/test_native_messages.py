"""What a turn is asked: texts in every form, documents that are texts, and results of tools."""

from __future__ import annotations

from typing import Any

import pytest

from app.engine.domain.agents import ToolResult
from app.engine.domain.errors import InvalidRequest, UnsupportedParameter
from app.engine.domain.inference import Message
from app.engine.http.native_agents_wire import ResumeBody, TurnBody
from app.engine.http.native_messages import messages_of, results_of

PICTURE = {"type": "image", "image": {"data": "aGk="}}
HI = {"role": "user", "content": "Hi"}


def text(words: str) -> dict[str, str]:
    return {"type": "text", "text": words}


def messages(*given: dict[str, Any], **fields: Any) -> tuple[Message, ...]:
    return messages_of(TurnBody.model_validate({"messages": list(given), **fields}))


@pytest.mark.parametrize(
    ("content", "found"),
    [("oats", "oats"), (text("oats"), "oats"), ([text("oats"), text("hay")], "oats\nhay"), ([], "")],
    ids=str,
)
def test_content_in_every_form(content: Any, found: str) -> None:
    assert messages({"role": "user", "content": content}) == (Message(role="user", content=found),)


def test_context_goes_with_the_message() -> None:
    assert messages(HI | {"context": [text("It rains.")]})[0].content == "Hi\n\nIt rains."


def test_what_tools_said() -> None:
    said = messages(HI, {"role": "tool", "call_id": "c", "content": "noon", "tool_name": "clock"})
    assert said[1] == Message(role="tool", content="noon", name="clock", tool_call_id="c")
    body = ResumeBody.model_validate(
        {"tool_responses": [{"call_id": "c", "tool_name": "clock", "content": text("noon"), "metadata": {"a": 1}}]}
    )
    assert results_of(body.tool_responses) == (ToolResult(call_id="c", name="clock", content="noon"),)


def test_documents_are_added_to_the_last_message() -> None:
    documents = [{"content": "Hay.", "mime_type": "text/plain"}, {"content": [text("Oats.")], "mime_type": "text/html"}]
    asked = messages(HI, HI, documents=documents)
    assert [each.content for each in asked] == ["Hi", "Hi\n\nDocument:\nHay.\n\nDocument:\nOats."]


@pytest.mark.parametrize(
    ("fields", "kind", "param"),
    [
        ({"messages": [HI, HI | {"content": [text("a"), PICTURE]}]}, UnsupportedParameter, "messages.1.content"),
        ({"messages": [HI | {"context": PICTURE}]}, UnsupportedParameter, "messages.0.context"),
        (
            {"documents": [{"content": "x", "mime_type": "application/pdf"}]},
            UnsupportedParameter,
            "documents.0.mime_type",
        ),
        (
            {"documents": [{"content": {"uri": "http://a"}, "mime_type": "text/plain"}]},
            UnsupportedParameter,
            "documents.0.content",
        ),
        (
            {
                "messages": [{"role": "tool", "call_id": "c", "content": "x"}],
                "documents": [{"content": "x", "mime_type": "text/plain"}],
            },
            InvalidRequest,
            "documents",
        ),
    ],
    ids=str,
)
def test_what_cannot_be_read_is_named(fields: dict[str, Any], kind: type[InvalidRequest], param: str) -> None:
    with pytest.raises(kind) as refused:
        messages_of(TurnBody.model_validate({"messages": [HI]} | fields))
    assert refused.value.param == param
