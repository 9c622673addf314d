"""Describes tools to models whose template knows none, and the JSON schema of a call. Pure text and values.

The words follow Meta's prompt format for Llama 3.x JSON tool calling
(llama-models, models/llama3_2/text_prompt_format.md).
"""

from __future__ import annotations

import json
from typing import Any

from app.engine.domain.inference import Message, ToolChoice, ToolSpec
from app.engine.inference.prompts.template import as_template_tool

_PREAMBLE = (
    "You have access to the following functions. To call a function, respond with JSON of the form "
    '{"name": function name, "parameters": dictionary of argument name and its value}. '
    "Do not use variables. Call a function only when it is needed; otherwise answer in plain words.\n\n"
)


def with_tools_described(messages: tuple[Message, ...], tools: tuple[ToolSpec, ...]) -> tuple[Message, ...]:
    """Return the messages with the tools written into the system message, and earlier calls written out as text."""
    text = _PREAMBLE + "\n\n".join(json.dumps(as_template_tool(tool), ensure_ascii=False, indent=4) for tool in tools)
    head, rest = (messages[:1], messages[1:]) if messages and messages[0].role == "system" else ((), messages)
    system = f"{head[0].content}\n\n{text}" if head else text
    return (Message(role="system", content=system), *(_as_text(message) for message in rest))


def offered(tools: tuple[ToolSpec, ...], choice: ToolChoice) -> tuple[ToolSpec, ...]:
    """Return the tools the model is told about under this choice."""
    return () if choice.mode == "none" else tools


def call_schema(tools: tuple[ToolSpec, ...], choice: ToolChoice) -> dict[str, Any] | None:
    """Return the JSON schema one forced call must satisfy, or None when the model may answer freely."""
    if choice.mode not in ("required", "named"):
        return None
    allowed = [tool for tool in tools if choice.mode == "required" or tool.name == choice.name]
    definitions: dict[str, Any] = {}
    shapes = [_call_shape(tool, index, definitions) for index, tool in enumerate(allowed)]
    return {"oneOf": shapes, "$defs": definitions} if definitions else {"oneOf": shapes}


def _call_shape(tool: ToolSpec, index: int, definitions: dict[str, Any]) -> dict[str, Any]:
    parameters = tool.parameters or {"type": "object"}
    hoisted = _Hoist(parameters, f"tool{index}", definitions)
    return {
        "type": "object",
        "properties": {"name": {"const": tool.name}, "parameters": hoisted.rewrite(parameters)},
        "required": ["name", "parameters"],
        "additionalProperties": False,
    }


class _Hoist:
    """Copies what a tool's schema refers to into common definitions, under names that no other tool uses.

    The converter to grammars follows references through objects only, and knows a target by its last word.
    """

    def __init__(self, root: Any, prefix: str, definitions: dict[str, Any]) -> None:
        self._root = root
        self._prefix = prefix
        self._definitions = definitions
        self._names: dict[str, str] = {}

    def rewrite(self, schema: Any) -> Any:
        """Return the schema with its local references pointing at the common definitions."""
        if isinstance(schema, list):
            return [self.rewrite(part) for part in schema]
        if not isinstance(schema, dict):
            return schema
        return {
            key: self._reference(value) if key == "$ref" and isinstance(value, str) else self.rewrite(value)
            for key, value in schema.items()
        }

    def _reference(self, reference: str) -> str:
        if reference not in self._names:
            try:
                target = self._target(reference)
            except (LookupError, TypeError, ValueError):
                return reference
            name = self._names[reference] = f"{self._prefix}-ref{len(self._names)}"
            self._definitions[name] = self.rewrite(target)
        return f"#/$defs/{self._names[reference]}"

    def _target(self, reference: str) -> Any:
        if not reference.startswith("#"):
            raise ValueError(reference)
        found = self._root
        for step in filter(None, reference[1:].split("/")):
            step = step.replace("~1", "/").replace("~0", "~")
            found = found[int(step)] if isinstance(found, list) else found[step]
        return found


def _as_text(message: Message) -> Message:
    if message.role == "tool":
        return Message(role="user", content=f"Function result: {message.content}")
    if message.tool_calls:
        calls = "; ".join(f'{{"name": {json.dumps(c.name)}, "parameters": {c.arguments}}}' for c in message.tool_calls)
        return Message(role="assistant", content=f"{message.content}{calls}")
    return message
