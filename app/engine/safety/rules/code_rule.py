"""What a rule about code is. Holds no rule."""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct

Severity = Literal["error", "warning", "advice"]
# What a severity means as the probability that the code does harm.
PROBABILITIES: dict[Severity, float] = {"error": 1.0, "warning": 0.6, "advice": 0.3}


class Rule(Struct, frozen=True):
    """Code that is often a weakness. Looked for only in code that has one of its `hints`; `cwe` is its CWE number."""

    id: str
    cwe: int
    severity: Severity
    says: str
    hints: tuple[str, ...]
    pattern: re.Pattern[str]


def rule(id: str, cwe: int, severity: Severity, says: str, hints: str, pattern: str) -> Rule:
    """Return a rule; `hints` are parted by spaces. Repetitions in the pattern must be bounded."""
    return Rule(id, cwe, severity, says, tuple(hints.split()), re.compile(pattern))
