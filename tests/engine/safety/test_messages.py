"""What a person reads names what was found, and why a check failed."""

from __future__ import annotations

import pytest

from app.engine.domain.safety import Concern, Direction, Outcome, Verdict
from app.engine.safety.messages import in_words

HATE = Concern(category="hate", name="Hate")


def verdict(outcome: Outcome, *concerns: Concern, error: str = "") -> Verdict:
    return Verdict(shield="llama-guard", direction="input", outcome=outcome, concerns=concerns, error=error)


@pytest.mark.parametrize(
    ("direction", "outcome", "verdicts", "expected"),
    [
        ("input", "block", [verdict("block", HATE, HATE)], "This message was stopped: Hate."),
        ("output", "block", [verdict("block", HATE), verdict("warn")], "This answer was stopped: Hate."),
        ("retrieved", "warn", [verdict("warn", HATE)], "This passage was let through with a warning: Hate."),
        ("tool", "block", [verdict("block")], "This tool's answer was stopped."),
        (
            "input",
            "warn",
            [verdict("warn", error="It is gone.")],
            "This message was let through unchecked: It is gone.",
        ),
        ("input", "log", [verdict("log", HATE)], ""),
        ("input", "allow", [verdict("allow")], ""),
    ],
)
def test_words(direction: Direction, outcome: Outcome, verdicts: list[Verdict], expected: str) -> None:
    assert in_words(direction, outcome, verdicts) == expected


def test_a_failed_check_that_blocks_says_where_that_is_decided() -> None:
    words = in_words("input", "block", [verdict("block", error="It is gone.")])
    assert "could not be checked: It is gone." in words and "safety page" in words
