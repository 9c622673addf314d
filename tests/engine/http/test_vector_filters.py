"""Filters are read from JSON or refused with their place."""

from __future__ import annotations

from typing import Any

import pytest

from app.engine.domain.errors import InvalidRequest
from app.engine.domain.memory import Combination, Comparison
from app.engine.http.vector_filters import COMPARISONS, filter_of

EQ = {"type": "eq", "key": "k", "value": 1}


@pytest.mark.parametrize("kind", COMPARISONS)
def test_every_comparison(kind: str) -> None:
    value = ["a", 1, True] if kind in ("in", "nin") else "a"
    found = filter_of({"type": kind, "key": "k", "value": value})
    assert found == Comparison(op=kind, key="k", value=tuple(value) if isinstance(value, list) else value)


def test_they_are_joined() -> None:
    found = filter_of({"type": "or", "filters": [EQ, {"type": "and", "filters": [EQ]}]})
    one = Comparison(op="eq", key="k", value=1)
    assert found == Combination(op="or", filters=(one, Combination(op="and", filters=(one,))))


@pytest.mark.parametrize("nothing", [None, {}])
def test_no_filter(nothing: dict[str, Any] | None) -> None:
    assert filter_of(nothing) is None


def deep(levels: int) -> dict[str, Any]:
    return EQ if levels == 0 else {"type": "and", "filters": [deep(levels - 1)]}


@pytest.mark.parametrize(
    ("given", "param"),
    [
        (EQ | {"type": "like"}, "filters.type"),
        (EQ | {"type": ["eq"]}, "filters.type"),
        ({"key": "k", "value": 1}, "filters.type"),
        (EQ | {"key": ""}, "filters.key"),
        (EQ | {"key": 1}, "filters.key"),
        (EQ | {"value": None}, "filters.value"),
        (EQ | {"value": [1]}, "filters.value"),
        (EQ | {"value": float("nan")}, "filters.value"),
        (EQ | {"value": 2**70}, "filters.value"),
        (EQ | {"type": "in"}, "filters.value"),
        (EQ | {"type": "in", "value": [None]}, "filters.value"),
        (EQ | {"mood": 1}, "filters.mood"),
        ({"type": "and", "filters": []}, "filters.filters"),
        ({"type": "and", "filters": [EQ] * 65}, "filters.filters"),
        ({"type": "and", "filters": {}}, "filters.filters"),
        ({"type": "or", "filters": [EQ, EQ | {"key": None}]}, "filters.filters.1.key"),
        ({"type": "or", "filters": [7]}, "filters.filters.0"),
        (deep(8), "filters" + ".filters.0" * 8),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_is_none_is_named(given: dict[str, Any], param: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        filter_of(given)
    assert refused.value.param == param
