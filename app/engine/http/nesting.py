"""How deep JSON values may nest: what is kept must be readable again, and no reader goes down without end. No I/O."""

from __future__ import annotations

from typing import Any

DEEPEST = 64


def is_shallow(value: Any, deepest: int = DEEPEST) -> bool:
    """Tell whether a value has at most so many levels of lists and objects. Needs no depth of its own."""
    level = [value]
    for _ in range(deepest + 1):
        level = [inner for each in level for inner in _inside(each)]
        if not level:
            return True
    return False


def _inside(value: Any) -> list[Any]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return list(inner)
