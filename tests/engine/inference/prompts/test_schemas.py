"""What a grammar cannot hold is refused by name; narrow ranges are written out."""

from __future__ import annotations

from typing import Any

import pytest

from app.engine.domain.errors import InvalidRequest, UnsupportedParameter
from app.engine.inference.prompts.schemas import DEPTH_LIMIT, enforceable


def test_a_narrow_range_becomes_its_values() -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer", "minimum": 1, "exclusiveMaximum": 4}}}
    made = enforceable(schema, strict=True, param="p")
    assert made["properties"]["n"] == {"enum": [1, 2, 3]}
    assert schema["properties"]["n"]["minimum"] == 1, "the caller's schema is left alone"


@pytest.mark.parametrize(
    "node",
    [
        {"type": "integer", "minimum": 0},
        {"type": "integer", "minimum": 0, "maximum": 10_000_000},
        {"type": "number", "minimum": 0, "maximum": 1},
        {"type": "number", "multipleOf": 2},
        {"type": "array", "uniqueItems": True},
        {"not": {"type": "string"}},
    ],
)
def test_what_cannot_be_enforced_is_refused_by_name_wherever_it_stands(node: dict[str, Any]) -> None:
    places: list[dict[str, Any]] = [
        node,
        {"properties": {"a": node}},
        {"items": node},
        {"anyOf": [{"type": "null"}, node]},
        {"$defs": {"x": node}},
    ]
    for schema in places:
        with pytest.raises(UnsupportedParameter, match="cannot be enforced"):
            enforceable(schema, strict=True, param="response_format")
        enforceable(schema, strict=False, param="tools")


def test_names_of_properties_are_not_keywords() -> None:
    schema = {"type": "object", "properties": {"minimum": {"type": "integer"}, "not": {"type": "string"}}}
    assert enforceable(schema, strict=True, param="p") == schema
    assert enforceable({"type": "array", "uniqueItems": False}, strict=True, param="p")


def test_too_deep_a_schema_is_refused() -> None:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(DEPTH_LIMIT + 2):
        schema = {"type": "object", "properties": {"a": schema}}
    with pytest.raises(InvalidRequest, match="deeper"):
        enforceable(schema, strict=False, param="tools")
