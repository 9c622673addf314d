"""Tools of apps: parameters become a schema and come back, groups name banks, and a choice must be possible."""

from __future__ import annotations

from typing import Any

import pytest

from app.engine.domain.errors import InvalidRequest, UnsupportedParameter
from app.engine.domain.inference import ToolChoice, ToolSpec
from app.engine.http.native_agents_wire import ToolDef, ToolGroupWithArgs
from app.engine.http.native_tools import SEARCH_GROUP, banks_of, groups_body, tool_body, tool_choice, tool_specs

SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
CLOCK = ToolSpec(name="clock", description="d", parameters=SCHEMA)


def parameter(name: str, kind: str, **fields: Any) -> dict[str, Any]:
    return {"name": name, "parameter_type": kind, "description": "", "required": True} | fields


def spec(**fields: Any) -> ToolSpec:
    (found,) = tool_specs([ToolDef.model_validate({"name": "f"} | fields)])
    return found


def test_parameters_become_a_schema() -> None:
    found = spec(
        description="Says it.",
        parameters=[
            parameter("text", "str", description="what"),
            parameter("times", "int", required=False, default=2),
            parameter("loud", "bool"),
            parameter("words", "list[str]", items={"type": "string"}, title="Words"),
            parameter("when", "datetime"),
        ],
    )
    assert (found.name, found.description) == ("f", "Says it.")
    assert found.parameters == {
        "type": "object",
        "properties": {
            "text": {"type": "string", "description": "what"},
            "times": {"type": "integer", "default": 2},
            "loud": {"type": "boolean"},
            "words": {"type": "array", "title": "Words", "items": {"type": "string"}},
            "when": {},
        },
        "required": ["text", "loud", "words", "when"],
    }


@pytest.mark.parametrize("field", ["parameters", "input_schema"])
def test_a_schema_is_taken_as_it_is(field: str) -> None:
    assert spec(**{field: SCHEMA}).parameters == SCHEMA


def test_a_tool_without_arguments() -> None:
    assert spec().parameters == {"type": "object", "properties": {}, "required": []}


def test_a_tool_comes_back_in_both_dialects() -> None:
    body = tool_body(spec(parameters=[parameter("text", "str", description="what"), parameter("when", "datetime")]))
    again = tool_specs([ToolDef.model_validate(body)])[0]
    assert again.parameters == body["input_schema"]
    assert body["parameters"] == [
        {"name": "text", "parameter_type": "string", "description": "what", "required": True, "default": None},
        {"name": "when", "parameter_type": "any", "description": "", "required": True, "default": None},
    ]


@pytest.mark.parametrize(
    "schema",
    [{"properties": []}, {"properties": {"a": 1}}, {"properties": {"a": {}}, "required": 5}, {"type": 7}],
    ids=str,
)
def test_a_schema_of_anything_can_be_shown(schema: dict[str, Any]) -> None:
    body = tool_body(ToolSpec(name="f", parameters=schema))
    assert body["input_schema"] == schema
    assert all(not each["required"] for each in body["parameters"])


def test_a_name_belongs_to_one_tool() -> None:
    with pytest.raises(InvalidRequest, match="two tools “f”"):
        tool_specs([ToolDef(name="f"), ToolDef(name="f")])


@pytest.mark.parametrize(
    ("wanted", "tools", "banks", "found"),
    [
        (None, [CLOCK], [], ToolChoice(mode="auto")),
        (None, [], [], ToolChoice(mode="none")),
        ("auto", [CLOCK], [], ToolChoice(mode="auto")),
        ("none", [CLOCK], [], ToolChoice(mode="none")),
        ("required", [CLOCK], ["b"], ToolChoice(mode="required")),
        ("clock", [CLOCK], [], ToolChoice(mode="named", name="clock")),
        ("required", [], ["b"], ToolChoice(mode="none")),
        ("knowledge_search", [CLOCK], ["b"], ToolChoice(mode="auto")),
    ],
)
def test_a_choice(wanted: str | None, tools: list[ToolSpec], banks: list[str], found: ToolChoice) -> None:
    assert tool_choice(wanted, tools, banks, "p") == found


@pytest.mark.parametrize(("wanted", "words"), [("required", "needs tools"), ("knowledge_search", "no tool “know")])
def test_a_choice_that_cannot_be(wanted: str, words: str) -> None:
    with pytest.raises(InvalidRequest, match=words) as refused:
        tool_choice(wanted, [], [], "p")
    assert refused.value.param == "p"


def group(name: str = "builtin::rag", **args: Any) -> ToolGroupWithArgs:
    return ToolGroupWithArgs(name=name, args=args)


def test_groups_name_banks_once() -> None:
    groups = [
        group(vector_db_ids=["a", "b"]),
        group(SEARCH_GROUP, vector_db_ids=["b"]),
        group("builtin::file_search", vector_store_ids=["c"]),
        group("builtin::memory/query", vector_db_ids="d"),
    ]
    assert banks_of(groups, "toolgroups") == ("a", "b", "c", "d")
    assert banks_of([], "toolgroups") == ()


def test_banks_come_back_as_a_group() -> None:
    (body,) = groups_body(["a", "b"])
    assert banks_of([ToolGroupWithArgs.model_validate(body)], "p") == ("a", "b")
    assert groups_body([]) == []


@pytest.mark.parametrize(
    ("given", "kind", "words", "param"),
    [
        ("mcp::files", UnsupportedParameter, "no tool group “mcp::files”. There are “builtin::rag”", "g.1"),
        (group("builtin::websearch"), UnsupportedParameter, "builtin::websearch", "g.1"),
        (group("builtin::ragtime", vector_db_ids=["a"]), UnsupportedParameter, "builtin::ragtime", "g.1"),
        ("builtin::rag", InvalidRequest, "nothing to search", "g.1"),
        (group(vector_db_ids=["a"], mood=1), UnsupportedParameter, "no “mood”", "g.1.args.mood"),
        (group(vector_db_ids=[1]), InvalidRequest, "by their ids", "g.1.args.vector_db_ids"),
    ],
    ids=str,
)
def test_a_group_that_cannot_be(given: Any, kind: type[InvalidRequest], words: str, param: str) -> None:
    with pytest.raises(kind) as refused:
        banks_of([group(vector_db_ids=["a"]), given], "g")
    assert words in refused.value.in_words()
    assert refused.value.param == param
