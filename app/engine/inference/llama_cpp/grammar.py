"""JSON schemas to GBNF, by llama-cpp-python's own converter. Must not sample and must never fetch a remote schema."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from llama_cpp.llama_grammar import JSON_GBNF, json_schema_to_gbnf

from app.engine.domain.errors import InvalidRequest, UnsupportedParameter
from app.engine.domain.inference import ResponseFormat
from app.engine.inference.llama_cpp.wire import ChatPrompt
from app.engine.inference.prompts.schemas import enforceable
from app.engine.inference.prompts.tools import call_schema

SCHEMA_LIMIT = 64 * 1024
# The converter writes every repetition out, and llama.cpp reads them nested: far more would take all memory.
REPETITION_LIMIT = 2000
_COUNTS = ("minLength", "maxLength", "minItems", "maxItems")
_QUANTIFIER = re.compile(r"\{(\d*),?(\d*)\}")


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
        return from_schema(response_format.schema or {}, param="response_format", strict=True)
    return None


def from_schema(schema: dict[str, Any], *, param: str, strict: bool = False) -> str:
    """Return the GBNF of a JSON schema; raises InvalidRequest that says what cannot be expressed.

    `strict` refuses what could not be enforced, instead of leaving it to the model.
    """
    try:
        text = json.dumps(schema)
        if len(text) > SCHEMA_LIMIT:
            message = f"The JSON schema has {len(text)} characters; the limit is {SCHEMA_LIMIT}."
            raise InvalidRequest(message, param=param)
        most = max(_repetitions(schema), default=0)
        if most > REPETITION_LIMIT:
            message = f"The JSON schema asks for {most} repetitions; the limit is {REPETITION_LIMIT}."
            raise InvalidRequest(message, hint="Leave the bound out, or lower it.", param=param)
        return str(json_schema_to_gbnf(json.dumps(enforceable(schema, strict=strict, param=param))))
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


def _repetitions(schema: Any) -> Iterator[int]:
    """Yield every number of repetitions that a schema or one of its patterns names."""
    if isinstance(schema, dict):
        yield from (value for name in _COUNTS if isinstance(value := schema.get(name), int))
        if isinstance(pattern := schema.get("pattern"), str):
            yield from (int(number) for found in _QUANTIFIER.findall(pattern) for number in found if number)
        schema = list(schema.values())
    if isinstance(schema, list):
        for part in schema:
            yield from _repetitions(part)


def _calls(schema: dict[str, Any], *, parallel: bool) -> str:
    grammar = from_schema(schema, param="tools")
    lines = [f"one-call{line[4:]}" if line.startswith("root ::=") else line for line in grammar.splitlines()]
    more = ' (";" " "? one-call)*' if parallel else ""
    return "\n".join([f"root ::= one-call{more}", *lines])
