"""Items of Responses and Conversations to messages and back. Pure; looks nothing up.

An assistant's text and the calls behind it are one message here and several items there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from app.engine.domain.errors import InvalidRequest
from app.engine.domain.inference import Message, ToolCall
from app.engine.http.agent_ids import input_id
from app.engine.http.items_wire import (
    Content,
    FunctionCallItem,
    FunctionCallOutputItem,
    Item,
    ItemReference,
    MessageItem,
    NoText,
    OutputText,
    Refusal,
)


def as_items(given: str | Sequence[Item]) -> list[Item]:
    """Return an input as items: a text is a message of the user."""
    return [MessageItem(role="user", content=given)] if isinstance(given, str) else list(given)


def references(items: Iterable[Item]) -> list[str]:
    """Return the ids of the items that are only referred to."""
    return [item.id for item in items if isinstance(item, ItemReference)]


def resolved(items: Iterable[Item], found: Mapping[str, Item]) -> list[Item]:
    """Return the items with those `found` in place of references to them."""
    return [found[item.id] if isinstance(item, ItemReference) else item for item in items]


def foreign_calls(items: Sequence[Item]) -> set[str]:
    """Return the ids of calls that are answered here and were made elsewhere."""
    made = {item.call_id for item in items if isinstance(item, FunctionCallItem)}
    return {item.call_id for item in items if isinstance(item, FunctionCallOutputItem)} - made


def messages_of(items: Sequence[Item], known_calls: Mapping[str, str], param: str = "input") -> tuple[Message, ...]:
    """Return the messages; `known_calls` are the functions' names by the ids of calls in the history.

    Raises InvalidRequest for pieces that are no text, results of unknown calls, and an input that says nothing.
    """
    names = dict(known_calls)
    messages: list[Message] = []
    for place, item in enumerate(items):
        where = f"{param}.{place}"
        match item:
            case MessageItem():
                role = "system" if item.role == "developer" else item.role
                messages.append(Message(role=role, content=text_of(item.content, f"{where}.content")))
            case FunctionCallItem():
                names[item.call_id] = item.name
                _add_call(messages, ToolCall(id=item.call_id, name=item.name, arguments=item.arguments))
            case FunctionCallOutputItem():
                if item.call_id not in names:
                    raise InvalidRequest(f"No call “{item.call_id}” was made.", param=f"{where}.call_id")
                said = text_of(item.output, f"{where}.output")
                name = names[item.call_id]
                messages.append(Message(role="tool", content=said, name=name, tool_call_id=item.call_id))
    if not any(message.content.strip() or message.tool_calls or message.role == "tool" for message in messages):
        raise InvalidRequest("The input is empty.", param=param)
    return tuple(messages)


def text_of(content: Content, param: str) -> str:
    """Return the text of a content; raises InvalidRequest for a piece that is none."""
    if isinstance(content, str):
        return content
    texts = []
    for place, part in enumerate(content):
        match part:
            case NoText():
                kind = part.type.removeprefix("input_")
                raise InvalidRequest(
                    f"A piece of the input is no text: {kind}.",
                    hint="Images and files are not read here; a file can be searched in a vector store.",
                    param=f"{param}.{place}.type",
                )
            case Refusal():
                texts.append(part.refusal)
            case _:
                texts.append(part.text)
    return "\n".join(texts) if not any(isinstance(part, OutputText) for part in content) else "".join(texts)


def input_items(messages: Iterable[Message], turn_id: str) -> list[dict[str, Any]]:
    """Return messages as the items of what a turn was asked."""
    items: list[dict[str, Any]] = []
    for message in messages:
        items += _items(message)
    kinds = {"message": "msg", "function_call": "fc", "function_call_output": "fco"}
    return [{"id": input_id(kinds[item["type"]], turn_id, place), **item} for place, item in enumerate(items)]


def call_body(call: ToolCall) -> dict[str, Any]:
    """Return a call as an item without its id."""
    return {
        "type": "function_call",
        "call_id": call.id,
        "name": call.name,
        "arguments": call.arguments,
        "status": "completed",
    }


def output_text(text: str, annotations: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    """Return a piece of an answer."""
    return {"type": "output_text", "text": text, "annotations": list(annotations), "logprobs": []}


def _items(message: Message) -> list[dict[str, Any]]:
    if message.role == "tool":
        output = {"type": "function_call_output", "call_id": message.tool_call_id, "output": message.content}
        return [{**output, "status": "completed"}]
    calls = [call_body(call) for call in message.tool_calls]
    if calls and not message.content:
        return calls
    is_answer = message.role == "assistant"
    part = output_text(message.content) if is_answer else {"type": "input_text", "text": message.content}
    return [{"type": "message", "role": message.role, "status": "completed", "content": [part]}, *calls]


def _add_call(messages: list[Message], call: ToolCall) -> None:
    """Add a call to the assistant's message it follows, if it follows one."""
    if messages and messages[-1].role == "assistant":
        messages[-1] = msgspec.structs.replace(messages[-1], tool_calls=(*messages[-1].tool_calls, call))
    else:
        messages.append(Message(role="assistant", tool_calls=(call,)))
