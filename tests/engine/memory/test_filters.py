"""Conditions on attributes, as clients of vector stores write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.domain.memory import AttributeValue, Combination, Comparison, Filter
from app.engine.memory.filters import matches

ATTRIBUTES: dict[str, AttributeValue] = {"year": 2024.0, "author": "Mara", "draft": False}
VALUES = st.one_of(st.text(max_size=4), st.floats(allow_nan=False), st.booleans())


@pytest.mark.parametrize(
    ("op", "key", "value", "expected"),
    [
        ("eq", "author", "Mara", True),
        ("eq", "author", "mara", False),
        ("ne", "author", "Jon", True),
        ("ne", "missing", "Jon", True),
        ("eq", "missing", "Jon", False),
        ("gt", "year", 2023, True),
        ("gt", "year", 2024, False),
        ("gte", "year", 2024, True),
        ("lt", "year", 2025, True),
        ("lte", "year", 2023, False),
        ("gt", "missing", 1, False),
        ("lt", "author", "Z", True),
        ("lt", "author", 3, False),
        ("in", "author", ("Jon", "Mara"), True),
        ("in", "author", "Mara", True),
        ("nin", "author", ("Jon",), True),
        ("nin", "author", ("Mara",), False),
        ("nin", "missing", ("Mara",), True),
        ("eq", "draft", False, True),
    ],
)
def test_comparisons(op: str, key: str, value: AttributeValue, expected: bool) -> None:
    assert matches(Comparison(op=op, key=key, value=value), ATTRIBUTES) is expected  # type: ignore[arg-type]


def test_combinations_nest() -> None:
    recent = Comparison(op="gt", key="year", value=2020)
    jon = Comparison(op="eq", key="author", value="Jon")
    mara = Comparison(op="eq", key="author", value="Mara")
    wanted = Combination(op="and", filters=(recent, Combination(op="or", filters=(jon, mara))))
    assert matches(wanted, ATTRIBUTES)
    assert not matches(Combination(op="and", filters=(recent, jon)), ATTRIBUTES)
    assert matches(Combination(op="and", filters=()), ATTRIBUTES)
    assert not matches(Combination(op="or", filters=()), ATTRIBUTES)


@given(VALUES, st.dictionaries(st.sampled_from("ab"), VALUES, max_size=2))
def test_opposites_are_opposites(value: AttributeValue, attributes: dict[str, AttributeValue]) -> None:
    def told(op: str) -> bool:
        wanted: Filter = Comparison(op=op, key="a", value=value)  # type: ignore[arg-type]
        return matches(wanted, attributes)

    assert told("eq") != told("ne")
    assert told("in") != told("nin")
    assert not (told("gt") and told("lte"))
