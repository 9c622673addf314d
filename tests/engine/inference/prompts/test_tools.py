"""Tools in words for models whose template knows none, and the schema of a forced call."""

from __future__ import annotations

import json

from app.engine.domain.inference import Message, ToolCall, ToolChoice, ToolSpec
from app.engine.inference.prompts.tools import call_schema, offered, with_tools_described

ADD = ToolSpec(name="add", description="Adds", parameters={"type": "object", "properties": {"a": {"type": "integer"}}})
NOW = ToolSpec(name="now")


def test_tools_join_the_system_message() -> None:
    system, user = Message(role="system", content="Be kind."), Message(role="user", content="1+1?")
    first, second = with_tools_described((system, user), (ADD, NOW))
    assert first.role == "system"
    assert first.content.startswith("Be kind.\n\nYou have access to the following functions.")
    assert '"name": "add"' in first.content
    assert '"name": "now"' in first.content
    assert second == user


def test_without_a_system_message_there_is_one() -> None:
    described = with_tools_described((Message(role="user", content="1+1?"),), (ADD,))
    assert [message.role for message in described] == ["system", "user"]


def test_earlier_calls_and_results_are_written_out() -> None:
    call = ToolCall(id="1", name='a"dd', arguments='{"a": 1}')
    told = with_tools_described(
        (
            Message(role="user", content="1+1?"),
            Message(role="assistant", content="", tool_calls=(call, call)),
            Message(role="tool", content="2", tool_call_id="1"),
        ),
        (ADD,),
    )
    written = '{"name": "a\\"dd", "parameters": {"a": 1}}'
    assert told[2] == Message(role="assistant", content=f"{written}; {written}")
    assert told[3] == Message(role="user", content="Function result: 2")


def test_a_model_told_not_to_use_tools_hears_of_none() -> None:
    assert offered((ADD,), ToolChoice(mode="none")) == ()
    assert offered((ADD,), ToolChoice(mode="auto")) == (ADD,)


def test_only_a_forced_call_has_a_schema() -> None:
    assert call_schema((ADD,), ToolChoice(mode="auto")) is None
    assert call_schema((ADD,), ToolChoice(mode="none")) is None


def test_a_required_call_may_be_any_a_named_one_only_its_own() -> None:
    def names(choice: ToolChoice) -> list[str]:
        schema = call_schema((ADD, NOW), choice)
        assert schema is not None
        return [shape["properties"]["name"]["const"] for shape in schema["oneOf"]]

    assert names(ToolChoice(mode="required")) == ["add", "now"]
    assert names(ToolChoice(mode="named", name="now")) == ["now"]


def referring(target: object) -> dict[str, object]:
    return {
        "type": "object",
        "properties": {"where": {"$ref": "#/$defs/place"}, "all": {"anyOf": [{"$ref": "#/$defs/place"}]}},
        "$defs": {"place": target},
    }


def references(schema: object) -> list[str]:
    return [part.split('"')[0] for part in json.dumps(schema).split('"$ref": "')[1:]]


def test_references_of_each_tool_lead_to_its_own_targets() -> None:
    town = {"type": "object", "properties": {"next": {"$ref": "#/$defs/place"}}}
    go = ToolSpec(name="go", parameters=referring({"type": "string"}))
    travel = ToolSpec(name="travel", parameters=referring(town))
    schema = call_schema((go, travel), ToolChoice(mode="required"))
    assert schema is not None
    names = {name.removeprefix("#/$defs/") for name in references(schema) if "tool" in name}
    assert names == set(schema["$defs"])
    text, town = (schema["$defs"][name] for name in sorted(names))
    assert text == {"type": "string"}
    assert references(town) == [f"#/$defs/{max(names)}"]


def test_a_schema_may_refer_to_itself_and_to_nowhere() -> None:
    whole = {"type": "object", "properties": {"child": {"$ref": "#"}, "lost": {"$ref": "#/nope"}}}
    schema = call_schema((ToolSpec(name="grow", parameters=whole),), ToolChoice(mode="required"))
    assert schema is not None
    assert set(references(schema)) == {"#/$defs/tool0-ref0", "#/nope"}
