"""The body of a response: both forms of functions, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from app.engine.http.responses_wire import FunctionTool, ResponseBody

FLAT = {"type": "function", "name": "f", "parameters": {"type": "object"}, "strict": True, "description": "d"}
NESTED = {"type": "function", "function": {key: value for key, value in FLAT.items() if key != "type"}}


def body(**fields: Any) -> ResponseBody:
    return ResponseBody.model_validate({"model": "m", "input": "Hi"} | fields)


@pytest.mark.parametrize("tool", [FLAT, NESTED])
def test_a_function_is_the_same_in_either_form(tool: dict[str, Any]) -> None:
    (known,) = body(tools=[tool]).tools or []
    assert isinstance(known, FunctionTool)
    assert known.spec.model_dump() == {key: value for key, value in FLAT.items() if key != "type"}


def test_a_conversation_is_an_id_or_an_object() -> None:
    assert body().conversation_id is None
    assert (
        body(conversation="conv_1").conversation_id == body(conversation={"id": "conv_1"}).conversation_id == "conv_1"
    )


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"prompt": {"id": "p"}}, "prompt"),
        ({"tools": [{"type": "function"}]}, "tools"),
        ({"tools": [{**FLAT, "function": NESTED["function"]}]}, "tools"),
        ({"tools": [{"type": "web_search"}]}, "tools"),
        ({"tools": [{"type": "file_search", "vector_store_ids": []}]}, "tools"),
        ({"metadata": {f"k{number}": "" for number in range(17)}}, "metadata"),
        ({"metadata": {"k" * 65: ""}}, "metadata"),
        ({"metadata": {"k": "v" * 513}}, "metadata"),
        ({"metadata": {"k": 5}}, "metadata"),
        ({"temperature": 2.1}, "temperature"),
        ({"max_output_tokens": 0}, "max_output_tokens"),
        ({"include": ["everything"]}, "include"),
        ({"text": {"format": {"type": "json_schema", "name": "n"}}}, "text"),
        ({"truncation": "perhaps"}, "truncation"),
    ],
)
def test_what_cannot_be_is_refused_by_name(fields: dict[str, Any], param: str) -> None:
    with pytest.raises(ValidationError) as refused:
        body(**fields)
    assert refused.value.errors()[0]["loc"][0] == param


@pytest.mark.parametrize("fields", [{"input": "\ud800"}, {"tools": [{**FLAT, "parameters": {"minimum": 2**70}}]}])
def test_what_no_model_process_can_take_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="64 bits"):
        body(**fields)


def test_what_nests_too_deep_to_be_read_again_is_refused() -> None:
    deep: dict[str, Any] = {}
    for _ in range(100):
        deep = {"a": deep}
    with pytest.raises(ValidationError, match="too deep"):
        body(tools=[{**FLAT, "parameters": deep}])
