"""Filters of a search, from OpenAI's JSON to the domain's: comparisons joined by and/or. Pure."""

from __future__ import annotations

from typing import Any

from app.engine.domain.errors import InvalidRequest, UnsupportedParameter
from app.engine.domain.memory import AttributeValue, Combination, Comparison, Filter

COMPARISONS = ("eq", "ne", "gt", "gte", "lt", "lte", "in", "nin")
MOST_DEPTH, MOST_PARTS = 8, 64


def filter_of(given: dict[str, Any] | None, param: str = "filters") -> Filter | None:
    """Return the filter, None for none; raises InvalidRequest that names the place."""
    return _filter(given, param, 1) if given else None


def _filter(given: Any, param: str, depth: int) -> Filter:
    if not isinstance(given, dict):
        raise InvalidRequest("A filter is an object.", param=param)
    if depth > MOST_DEPTH:
        raise InvalidRequest(f"Filters lie at most {MOST_DEPTH} deep in each other.", param=param)
    kind = given.get("type")
    if kind in ("and", "or"):
        _only(given, ("type", "filters"), param)
        parts = given.get("filters")
        if not isinstance(parts, list) or not 1 <= len(parts) <= MOST_PARTS:
            raise InvalidRequest(f"“{kind}” joins 1 to {MOST_PARTS} filters.", param=f"{param}.filters")
        found = tuple(_filter(part, f"{param}.filters.{number}", depth + 1) for number, part in enumerate(parts))
        return Combination(op="and" if kind == "and" else "or", filters=found)
    if kind not in COMPARISONS:
        raise InvalidRequest(f"The type is one of {', '.join(COMPARISONS)}, and, or.", param=f"{param}.type")
    _only(given, ("type", "key", "value"), param)
    key = given.get("key")
    if not isinstance(key, str) or not key:
        raise InvalidRequest("A comparison names a key.", param=f"{param}.key")
    return Comparison(op=kind, key=key, value=_value(kind, given.get("value"), f"{param}.value"))


def _value(kind: str, value: Any, param: str) -> AttributeValue | tuple[AttributeValue, ...]:
    if kind in ("in", "nin"):
        if not isinstance(value, list) or not all(_is_plain(each) for each in value):
            raise InvalidRequest(f"“{kind}” takes a list of texts, numbers or truths.", param=param)
        return tuple(value)
    if not _is_plain(value):
        raise InvalidRequest("The value is a text, a number or a truth.", param=param)
    plain: AttributeValue = value
    return plain


def _is_plain(value: object) -> bool:
    # Values of any size come in JSON, but no attribute is beyond these.
    return isinstance(value, str) or (isinstance(value, int | float) and abs(value) < 2**63)


def _only(given: dict[str, Any], known: tuple[str, ...], param: str) -> None:
    for name in given:
        if name not in known:
            where = f"{param}.{name}"
            raise UnsupportedParameter(f"The parameter “{where}” is not supported.", param=where)
