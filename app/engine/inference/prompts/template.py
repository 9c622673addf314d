"""Renders a GGUF's own chat template in Jinja's immutable sandbox, with limits on time and size. No tokens here.

Templates are untrusted: they come with the model file. They reach no attribute that starts with an underscore,
change nothing, and cannot build huge strings. The names passed in are those of Hugging Face's `apply_chat_template`.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from typing import Any

import jinja2

from app.engine.domain.errors import TemplateFailed
from app.engine.domain.inference import Message, ToolSpec
from app.engine.inference.prompts.limits import TimeIsUp, run_limited
from app.engine.inference.prompts.sandbox import Sandbox

SOURCE_LIMIT = 256 * 1024
GROWTH_LIMIT = 1024 * 1024
# What Jinja and Python raise about a source or at its run; all of them are the template's fault.
_FAULTS = (
    jinja2.TemplateError,
    RecursionError,
    SyntaxError,
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    MemoryError,
)


class ChatTemplate:
    """A compiled chat template. Raises TemplateFailed for anything that goes wrong."""

    def __init__(self, source: str, *, bos: str = "", eos: str = "", seconds: float = 2.0) -> None:
        if len(source) > SOURCE_LIMIT:
            raise TemplateFailed(f"The chat template has {len(source)} characters; the limit is {SOURCE_LIMIT}.")
        self.mentions_tools = "tools" in source
        self._bos, self._eos, self._seconds = bos, eos, seconds
        self._sandbox = Sandbox()
        try:
            self._template = run_limited(lambda: self._sandbox.from_string(source), seconds)
        except TimeIsUp as error:
            raise self._failed(f"compiling it took longer than {seconds:g} s") from error
        except _FAULTS as error:
            raise self._failed(_in_words(error)) from error

    def render(self, messages: tuple[Message, ...], tools: tuple[ToolSpec, ...] = ()) -> str:
        """Return the prompt text, ending where the assistant begins to speak."""
        limit = GROWTH_LIMIT + 8 * sum(len(message.content) for message in messages)
        values = {
            "messages": [as_template_message(message) for message in messages],
            "tools": [as_template_tool(tool) for tool in tools] or None,
            "add_generation_prompt": True,
            "bos_token": self._bos,
            "eos_token": self._eos,
            "date_string": datetime.date.today().strftime("%d %b %Y"),
        }
        try:
            return run_limited(lambda: self._collect(values, limit), self._seconds)
        except TimeIsUp as error:
            raise self._failed(f"it ran longer than {self._seconds:g} s") from error
        except _FAULTS as error:
            raise self._failed(_in_words(error)) from error

    def _collect(self, values: dict[str, Any], limit: int) -> str:
        self._sandbox.begin()
        parts: list[str] = []
        length = 0
        for part in self._template.generate(**values):
            length += len(part)
            if length > limit:
                raise self._failed(f"its output grew over {limit} characters")
            parts.append(part)
        return "".join(parts)

    @staticmethod
    def _failed(reason: str) -> TemplateFailed:
        return TemplateFailed(
            f"The model's chat template could not be used: {reason}.",
            hint="Try another file of this model; raw completions still work.",
        )


def _in_words(error: Exception) -> str:
    return str(error) if isinstance(error, jinja2.TemplateError) else f"{type(error).__name__}: {error}"


def read_arguments(text: str) -> Any:
    """Return a call's arguments as values, or as they stand when they are no JSON."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def as_template_message(message: Message, arguments: Callable[[str], Any] = read_arguments) -> dict[str, Any]:
    """Return a message in the shape that Hugging Face templates expect; OpenAI's has the arguments as text."""
    shaped: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.name:
        shaped["name"] = message.name
    if message.tool_call_id:
        shaped["tool_call_id"] = message.tool_call_id
    if message.tool_calls:
        shaped["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": arguments(call.arguments)},
            }
            for call in message.tool_calls
        ]
    return shaped


def as_template_tool(tool: ToolSpec) -> dict[str, Any]:
    """Return a tool in the shape that Hugging Face templates expect."""
    function = {"name": tool.name, "description": tool.description, "parameters": tool.parameters}
    return {"type": "function", "function": function}
