"""A rule, and what severities mean."""

from __future__ import annotations

from app.engine.safety.rules.code_rule import PROBABILITIES, rule


def test_a_rule() -> None:
    made = rule("x-y", 1, "error", "It is bad.", "bad worse", r"bad\(")
    assert made.hints == ("bad", "worse") and made.pattern.search("bad(1)")
    assert PROBABILITIES == {"error": 1.0, "warning": 0.6, "advice": 0.3}
