"""Conditions on the attributes of documents, as the clients of vector stores write them. Pure.

An attribute that a document does not have satisfies `ne` and `nin` only.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping

from app.engine.domain.memory import AttributeValue, Combination, Comparison, Filter

_ORDERED: Mapping[str, Callable[[float, float], bool]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


def matches(wanted: Filter, attributes: Mapping[str, AttributeValue]) -> bool:
    """Tell whether a document with these attributes is meant."""
    if isinstance(wanted, Combination):
        join = all if wanted.op == "and" else any
        return join(matches(each, attributes) for each in wanted.filters)
    return _compare(wanted, attributes.get(wanted.key))


def _compare(wanted: Comparison, value: AttributeValue | None) -> bool:
    match wanted.op:
        case "eq":
            return value == wanted.value
        case "ne":
            return value != wanted.value
        case "in":
            return value in _many(wanted.value)
        case "nin":
            return value not in _many(wanted.value)
        case _:
            return _ordered(wanted.op, value, wanted.value)


def _ordered(op: str, value: AttributeValue | None, bound: object) -> bool:
    if isinstance(value, str) and isinstance(bound, str):
        return bool(_ORDERED[op](value, bound))  # type: ignore[arg-type]
    if isinstance(value, int | float) and isinstance(bound, int | float):
        return _ORDERED[op](value, bound)
    return False


def _many(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)
