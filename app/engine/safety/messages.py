"""What a person reads when shields stop or mark a text. Pure; no numbers but those that help."""

from __future__ import annotations

from collections.abc import Sequence

from app.engine.domain.safety import Direction, Outcome, Verdict

_WHAT: dict[Direction, str] = {
    "input": "This message",
    "retrieved": "This passage",
    "tool": "This tool's answer",
    "output": "This answer",
}


def in_words(direction: Direction, outcome: Outcome, verdicts: Sequence[Verdict]) -> str:
    """Return one or two sentences about the verdicts that decided; empty when nothing needs to be said."""
    decisive = [verdict for verdict in verdicts if verdict.outcome == outcome]
    if outcome not in ("block", "warn") or not decisive:
        return ""
    what = _WHAT[direction]
    names = list(dict.fromkeys(concern.name for verdict in decisive for concern in verdict.concerns))
    failed = [verdict for verdict in decisive if verdict.error]
    if names:
        verb = "was stopped" if outcome == "block" else "was let through with a warning"
        return f"{what} {verb}: {', '.join(names)}."
    if failed and outcome == "block":
        return (
            f"{what} was stopped because it could not be checked: {failed[0].error} "
            "The safety page decides what happens when a check fails."
        )
    if failed:
        return f"{what} was let through unchecked: {failed[0].error}"
    return f"{what} {'was stopped' if outcome == 'block' else 'was let through with a warning'}."
