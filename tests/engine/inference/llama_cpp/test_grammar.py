"""Schemas become grammars or are refused in words; nothing is fetched and nothing explodes."""

from __future__ import annotations

from typing import Any

import pytest
from llama_cpp.llama_grammar import LlamaGrammar

from app.engine.domain.errors import InvalidRequest, UnsupportedParameter
from app.engine.domain.inference import Message, ResponseFormat, ToolChoice, ToolSpec
from app.engine.inference.llama_cpp.grammar import REPETITION_LIMIT, SCHEMA_LIMIT, from_schema, grammar_for
from app.engine.inference.llama_cpp.wire import ChatPrompt

PERSON = {
    "type": "object",
    "properties": {"name": {"type": "string", "maxLength": 40}, "age": {"type": "integer"}},
    "required": ["name"],
}
TREE = {
    "type": "object",
    "properties": {"root": {"$ref": "#/$defs/node"}},
    "$defs": {"node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}}}},
}
UNUSABLE: dict[str, tuple[dict[str, Any], str]] = {
    "unknown type": ({"type": "strange"}, "strange"),
    "negation": ({"not": {}}, "Unrecognized"),
    "remote reference": ({"$ref": "http://127.0.0.1:1/x.json"}, "ref"),
    "lost reference": ({"$ref": "#/nope"}, "nope"),
    "half a pattern": ({"type": "string", "pattern": "abc"}, "Pattern"),
    "lookahead": ({"type": "string", "pattern": "^(?=x)$"}, "pattern"),
    "nothing to choose from": ({"oneOf": []}, "anyOf"),
    "long string": ({"type": "string", "maxLength": 10**8}, "100000000"),
    "long list": ({"type": "array", "items": {}, "minItems": REPETITION_LIMIT + 1}, str(REPETITION_LIMIT)),
    "long pattern": ({"type": "object", "properties": {"a": {"type": "string", "pattern": "^x{1,99999999}$"}}}, "999"),
    "large schema": ({"enum": ["x" * SCHEMA_LIMIT]}, str(SCHEMA_LIMIT)),
}


def chat(*tools: ToolSpec, choice: ToolChoice, parallel: bool = True) -> ChatPrompt:
    messages = (Message(role="user", content="hi"),)
    return ChatPrompt(messages=messages, tools=tools, tool_choice=choice, parallel_tool_calls=parallel)


def is_grammar(text: str) -> bool:
    return LlamaGrammar.from_string(text, verbose=False) is not None and "::=" in text


@pytest.mark.parametrize("schema", [{}, {"type": "object"}, PERSON, TREE, {"enum": ["a", "b"]}, {"const": 4}])
def test_usual_schemas_become_grammars(schema: dict[str, Any]) -> None:
    assert is_grammar(from_schema(schema, param="x"))


@pytest.mark.parametrize(("schema", "word"), UNUSABLE.values(), ids=UNUSABLE.keys())
def test_what_cannot_be_expressed_is_refused_in_words(schema: dict[str, Any], word: str) -> None:
    with pytest.raises(InvalidRequest, match=word) as caught:
        from_schema(schema, param="response_format")
    assert caught.value.param == "response_format"


def test_a_schema_too_deep_to_read_is_refused() -> None:
    schema: dict[str, Any] = {}
    for _ in range(5000):
        schema = {"items": schema}
    with pytest.raises(InvalidRequest):
        from_schema(schema, param="tools")


def test_a_property_may_be_called_like_a_bound() -> None:
    assert is_grammar(from_schema({"type": "object", "properties": {"maxLength": {"type": "integer"}}}, param="x"))


def test_free_answers_have_no_grammar() -> None:
    assert grammar_for(ResponseFormat(), "a prompt") is None
    assert grammar_for(ResponseFormat(), chat(choice=ToolChoice())) is None
    assert grammar_for(ResponseFormat(), chat(ToolSpec(name="f"), choice=ToolChoice(mode="auto"))) is None


def test_json_formats() -> None:
    assert is_grammar(grammar_for(ResponseFormat(type="json_object"), "p") or "")
    by_schema = grammar_for(ResponseFormat(type="json_schema", schema=PERSON), "p")
    assert by_schema is not None
    assert '\\"name\\"' in by_schema


def test_a_forced_call_follows_the_schemas_of_its_tools() -> None:
    tools = (ToolSpec(name="greet", parameters=PERSON), ToolSpec(name="plant", parameters=TREE))
    grammar = grammar_for(ResponseFormat(), chat(*tools, choice=ToolChoice(mode="required")))
    assert grammar is not None
    assert is_grammar(grammar)
    assert "greet" in grammar
    assert "plant" in grammar
    named = grammar_for(ResponseFormat(), chat(*tools, choice=ToolChoice(mode="named", name="plant")))
    assert named is not None
    assert "greet" not in named


def test_only_parallel_calls_may_be_several() -> None:
    def root(parallel: bool) -> str:
        prompt = chat(ToolSpec(name="f"), choice=ToolChoice(mode="required"), parallel=parallel)
        return (grammar_for(ResponseFormat(), prompt) or "").splitlines()[0]

    assert root(parallel=False) == "root ::= one-call"
    assert root(parallel=True) == 'root ::= one-call (";" " "? one-call)*'


def test_a_forced_call_and_a_format_exclude_each_other() -> None:
    prompt = chat(ToolSpec(name="f"), choice=ToolChoice(mode="required"))
    with pytest.raises(UnsupportedParameter):
        grammar_for(ResponseFormat(type="json_object"), prompt)


def test_the_schema_of_a_tool_is_blamed_on_the_tools() -> None:
    prompt = chat(ToolSpec(name="f", parameters={"type": "strange"}), choice=ToolChoice(mode="required"))
    with pytest.raises(InvalidRequest) as caught:
        grammar_for(ResponseFormat(), prompt)
    assert caught.value.param == "tools"
