"""Finds weaknesses in fenced blocks of code, by rules of the block's language. Text outside of blocks is not read."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence

from app.engine.safety.rules.code_compiled import CSHARP, GO, JAVA, RUST, C
from app.engine.safety.rules.code_rule import PROBABILITIES, Rule
from app.engine.safety.rules.code_scripts import JAVASCRIPT, PHP, PYTHON, SHELL
from app.engine.safety.rules.fences import Block, blocks
from app.engine.safety.rules.finding import Finding, matches, shortened, without_overlaps

CATEGORY = "insecure_code"
RULES: dict[str, tuple[Rule, ...]] = {
    "python": PYTHON,
    "javascript": JAVASCRIPT,
    "java": JAVA,
    "c": C,
    "php": PHP,
    "csharp": CSHARP,
    "go": GO,
    "rust": RUST,
    "shell": SHELL,
}
ALL_RULES = tuple(rule for rules in RULES.values() for rule in rules)


class _Joined:
    """The blocks of one language as one text, so that a rule reads it once however many blocks there are."""

    def __init__(self, some: Sequence[Block]) -> None:
        self.code = "\n\0\n".join(block.code for block in some)
        self._starts: list[int] = []
        self._shifts: list[int] = []
        place = 0
        for block in some:
            self._starts.append(place)
            self._shifts.append(block.start - place)
            place += len(block.code) + 3

    def place(self, place: int) -> int:
        """Return where in the whole text something stands."""
        return place + self._shifts[bisect.bisect(self._starts, place) - 1]


def find(text: str) -> tuple[Finding, ...]:
    """Return the weaknesses of a text's code, the worst of those at one place."""
    by_language: dict[str, list[Block]] = {}
    for block in blocks(text):
        if block.is_code:
            by_language.setdefault(block.language, []).append(block)
    found = [each for language, some in by_language.items() for each in _in_language(language, _Joined(some))]
    return without_overlaps(sorted(found, key=lambda each: -each.probability))


def _in_language(language: str, joined: _Joined) -> Iterator[Finding]:
    """Yield what the language's rules find; code of no known language is read by all of them."""
    for rule in RULES.get(language, ALL_RULES):
        if any(hint in joined.code for hint in rule.hints):
            yield from _of_rule(rule, joined)


def _of_rule(rule: Rule, joined: _Joined) -> Iterator[Finding]:
    for match in matches(rule.pattern, joined.code):
        yield Finding(
            category=CATEGORY,
            name=rule.says,
            start=joined.place(match.start()),
            end=joined.place(match.end() - 1) + 1,
            excerpt=f"{shortened(match[0])} (CWE-{rule.cwe})",
            probability=PROBABILITIES[rule.severity],
            code=rule.id,
        )
