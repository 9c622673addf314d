"""Makes JSON schemas say only what a grammar can hold an answer to. Pure; must not write grammars.

The converter skips what it does not know. A response format promises its caller that the schema holds, so what
could not be enforced is refused by name; a tool's schema is also told to the model, and held to where it can be.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.engine.domain.errors import InvalidRequest, UnsupportedParameter

DEPTH_LIMIT = 32
RANGE_LIMIT = 2000
_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_UNKNOWN = (
    "multipleOf", "uniqueItems", "minProperties", "maxProperties", "propertyNames", "patternProperties", "contains",
    "not", "if", "dependentRequired", "dependentSchemas", "unevaluatedProperties",
)  # fmt: skip
_ONE = ("items", "additionalProperties")
_MANY = ("anyOf", "oneOf", "allOf", "prefixItems", "items")
_NAMED = ("properties", "$defs", "definitions")


def enforceable(schema: dict[str, Any], *, strict: bool, param: str) -> dict[str, Any]:
    """Return the schema with narrow integer ranges written out; raises UnsupportedParameter, InvalidRequest."""

    def walk(node: Any, depth: int) -> Any:
        if not isinstance(node, dict):
            return node
        if depth > DEPTH_LIMIT:
            raise InvalidRequest(f"The JSON schema nests deeper than {DEPTH_LIMIT} levels.", param=param)
        node = _ranged(node)
        if strict:
            _refuse_unknown(node, param)
        return _rebuilt(node, lambda part: walk(part, depth + 1))

    rebuilt: dict[str, Any] = walk(schema, 0)
    return rebuilt


def _rebuilt(node: dict[str, Any], walk: Callable[[Any], Any]) -> dict[str, Any]:
    """Return a node with its parts walked; names of properties are not keywords."""
    made = dict(node)
    for key in _ONE:
        if isinstance(node.get(key), dict):
            made[key] = walk(node[key])
    for key in _MANY:
        if isinstance(node.get(key), list):
            made[key] = [walk(part) for part in node[key]]
    for key in _NAMED:
        if isinstance(node.get(key), dict):
            made[key] = {name: walk(part) for name, part in node[key].items()}
    return made


def _ranged(node: dict[str, Any]) -> dict[str, Any]:
    """Write a narrow integer range out as its values, which a grammar can hold."""
    if node.get("type") != "integer" or "enum" in node or not any(key in node for key in _BOUNDS):
        return node
    least = _tightest(max, node.get("minimum"), _next(node.get("exclusiveMinimum"), 1))
    most = _tightest(min, node.get("maximum"), _next(node.get("exclusiveMaximum"), -1))
    if least is None or most is None or not 0 <= most - least < RANGE_LIMIT:
        return node
    kept = {key: value for key, value in node.items() if key not in (*_BOUNDS, "type")}
    return {**kept, "enum": list(range(least, most + 1))}


def _refuse_unknown(node: dict[str, Any], param: str) -> None:
    for key in (*_BOUNDS, *_UNKNOWN):
        if key in node and node[key] is not False:
            hint = "Leave it out and check the answer yourself."
            if key in _BOUNDS:
                hint = f"Leave it out, or give an integer both bounds, less than {RANGE_LIMIT} apart."
            raise UnsupportedParameter(f"The JSON schema keyword “{key}” cannot be enforced.", hint=hint, param=param)


def _next(value: Any, step: int) -> int | None:
    return value + step if isinstance(value, int) and not isinstance(value, bool) else None


def _tightest(choose: Callable[[list[int]], int], *bounds: Any) -> int | None:
    whole = [bound for bound in bounds if isinstance(bound, int)]
    return choose(whole) if whole else None
