"""Values that nest too deep are told from those that only are large."""

from __future__ import annotations

import pytest

from app.engine.http.nesting import is_shallow


def nested(levels: int) -> object:
    value: object = 1
    for number in range(levels):
        value = [value] if number % 2 else {"a": value}
    return value


@pytest.mark.parametrize(("levels", "shallow"), [(0, True), (5, True), (6, False), (100_000, False)])
def test_levels(levels: int, shallow: bool) -> None:
    assert is_shallow(nested(levels), 5) == shallow


def test_what_is_large_is_not_deep() -> None:
    assert is_shallow({"a": list(range(10_000)), "b": "x" * 10_000}, 2)
