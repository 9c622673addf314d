"""The time of a detector grows with the length of a text, not with its square: every repetition has a bound.

A pattern that tries at most so many characters from each place does work that grows with the places. Where a bound
stands within a bound, their product counts.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from re import _constants as constants  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pytest

import app.engine.safety.rules as package
from app.engine.safety.rules import code, hidden, personal, secrets
from app.engine.safety.rules.code import ALL_RULES
from app.engine.safety.rules.secrets import _SHAPES

LONGEST = 5000


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    for info in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern):
                yield f"{info.name}.{name}", value
    yield from ((rule.id, rule.pattern) for rule in ALL_RULES)
    yield from ((f"secrets {shape.name} {place}", shape.pattern) for place, shape in enumerate(_SHAPES))


def repeats(tree: Any) -> Iterator[tuple[Any, int, int, Any]]:
    """Yield kind, least, most and content of every repetition, however deep."""
    for kind, value in tree:
        if kind in (constants.MAX_REPEAT, constants.MIN_REPEAT, constants.POSSESSIVE_REPEAT):
            least, most, content = value
            yield kind, int(least), int(most), content
            yield from repeats(content)
        elif kind is constants.BRANCH:
            for branch in value[1]:
                yield from repeats(branch)
        elif kind in (constants.ASSERT, constants.ASSERT_NOT):
            yield from repeats(value[1])
        elif kind is constants.SUBPATTERN:
            yield from repeats(value[3])
        elif kind is constants.ATOMIC_GROUP:
            yield from repeats(value)


ALL = dict(patterns())


@pytest.mark.parametrize("name", ALL)
def test_every_repetition_is_bounded(name: str) -> None:
    for kind, least, most, content in repeats(parser.parse(ALL[name].pattern, ALL[name].flags)):
        if kind is constants.POSSESSIVE_REPEAT:
            continue  # never tried anew
        assert most <= LONGEST
        inner = [most for _kind, few, most, _content in repeats(content) if few != most]
        assert most == least or not inner or most * max(inner) <= LONGEST


SHAPES = [
    "a", "1", " ", "a@", "aaaa.bbbb@", "1 ", "+1", "123-", "eyJ", "eyJaaaaaaaaaaa.", "-----BEGIN ", "A1", "DE12 ",
    'password = "', "sk-", "\U000e0041", "\u200b", "a\u200b", "\u2067", "\u202b\n", "a://a:", "4111 1111 1111 1112 ",
    "```\n", "~~~~~~", "```py\neval(", ".execute(\"", "SELECT '", "innerHTML = ", "curl a ", "echo $_ ", "a(\n",
]  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_texts_of_any_shape_come_to_an_end(shape: str) -> None:
    """With work that grew with the square, each of these would take minutes."""
    text = shape * (100_000 // len(shape))
    for module in (hidden, secrets, personal):
        module.find(text)
    code.find("```\n" + text)
