"""What a turn is asked, from Llama Stack's messages to Paddock's. Only text can be read. No I/O.

A document is added to the last message, as Llama Stack does; nothing is fetched for it.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from app.engine.domain.agents import ToolResult
from app.engine.domain.errors import InvalidRequest, UnsupportedParameter
from app.engine.domain.inference import Message
from app.engine.http.native_agents_wire import (
    Content,
    DocumentUrl,
    ImagePart,
    Part,
    ToolMessage,
    ToolResponse,
    TurnBody,
    TurnDocument,
    UserMessage,
)
from app.engine.http.wire import TextPart


def messages_of(body: TurnBody) -> tuple[Message, ...]:
    """Return the messages of a turn, documents included."""
    messages = [_message(each, f"messages.{number}") for number, each in enumerate(body.messages)]
    documents = [_document(each, f"documents.{number}") for number, each in enumerate(body.documents or [])]
    if documents:
        last = messages[-1]
        if last.role != "user":
            raise InvalidRequest("Documents go with a message of the user.", param="documents")
        messages[-1] = msgspec.structs.replace(last, content="\n\n".join((last.content, *documents)))
    return tuple(messages)


def results_of(responses: Sequence[ToolResponse]) -> tuple[ToolResult, ...]:
    """Return what came of the calls of a turn."""
    return tuple(
        ToolResult(
            call_id=each.call_id, name=each.tool_name, content=text_of(each.content, f"tool_responses.{number}.content")
        )
        for number, each in enumerate(responses)
    )


def text_of(content: Content | None, param: str) -> str:
    """Return the text of a content; raises UnsupportedParameter for pictures."""
    match content:
        case None:
            return ""
        case str():
            return content
        case list():
            return "\n".join(_part(part, param) for part in content)
        case _:
            return _part(content, param)


def _part(part: Part, param: str) -> str:
    match part:
        case TextPart(text=text):
            return text
        case ImagePart():
            raise UnsupportedParameter("Pictures cannot be read here, only text.", param=param)


def _message(message: UserMessage | ToolMessage, param: str) -> Message:
    text = text_of(message.content, f"{param}.content")
    if isinstance(message, ToolMessage):
        return Message(role="tool", content=text, name=message.tool_name, tool_call_id=message.call_id)
    context = text_of(message.context, f"{param}.context")
    return Message(role="user", content=f"{text}\n\n{context}" if context else text)


def _document(document: TurnDocument, param: str) -> str:
    if not document.mime_type.startswith("text/"):
        raise UnsupportedParameter(
            f"Documents of the type “{document.mime_type}” cannot go with a message.",
            hint="Add it to a vector store, and give its id in a tool group.",
            param=f"{param}.mime_type",
        )
    if isinstance(document.content, DocumentUrl):
        raise UnsupportedParameter("Documents are not fetched.", hint="Send its text.", param=f"{param}.content")
    return f"Document:\n{text_of(document.content, f'{param}.content')}"
