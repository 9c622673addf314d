"""JSON schemas to GBNF, by llama-cpp-python's own converter. Must not sample and must never fetch a remote schema."""

from __future__ import annotations

import json
from typing import Any

from llama_cpp.llama_grammar import JSON_GBNF, json_schema_to_gbnf

from app.engine.domain.errors import InvalidRequest, UnsupportedParameter
from app.engine.domain.inference import ResponseFormat
from app.engine.inference.llama_cpp.wire import ChatPrompt
from app.engine.inference.prompts.tools import call_schema

SCHEMA_LIMIT = 64 * 1024


def grammar_for(response_format: ResponseFormat, prompt: ChatPrompt | str | tuple[int, ...]) -> str | None:
    """Return the grammar an answer must follow, or None when it is free."""
    if isinstance(prompt, ChatPrompt):
        schema = call_schema(prompt.tools, prompt.tool_choice)
        if schema is not None:
            if response_format.type != "text":
                raise UnsupportedParameter(
                    "A forced tool call and a response format exclude each other.", param="response_format"
                )
            return _calls(schema, parallel=prompt.parallel_tool_calls)
    if response_format.type == "json_object":
        return str(JSON_GBNF)
    if response_format.type == "json_schema":
        return from_schema(response_format.schema or {}, param="response_format")
    return None


def from_schema(schema: dict[str, Any], *, param: str) -> str:
    """Return the GBNF of a JSON schema; raises InvalidRequest that says what cannot be expressed."""
    text = json.dumps(schema)
    if len(text) > SCHEMA_LIMIT:
        raise InvalidRequest(f"The JSON schema has {len(text)} characters; the limit is {SCHEMA_LIMIT}.", param=param)
    try:
        return str(json_schema_to_gbnf(text))
    # The converter reports what it does not know by assertions and plain lookups.
    except (
        AssertionError,
        ArithmeticError,
        LookupError,
        TypeError,
        ValueError,
        NotImplementedError,
        RecursionError,
        AttributeError,
    ) as error:
        reason = str(error) or type(error).__name__
        raise InvalidRequest(f"The JSON schema cannot be used as a grammar: {reason}.", param=param) from error


def _calls(schema: dict[str, Any], *, parallel: bool) -> str:
    grammar = from_schema(schema, param="tools")
    lines = [f"one-call{line[4:]}" if line.startswith("root ::=") else line for line in grammar.splitlines()]
    more = ' (";" " "? one-call)*' if parallel else ""
    return "\n".join([f"root ::= one-call{more}", *lines])
