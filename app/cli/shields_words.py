"""Verdicts as lines of the terminal. Pure; must not know the engine."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.engine.domain.safety import Judgement, LogEntry, Verdict

BAR = 20
TEXT = 50


def verdict_row(verdict: Verdict) -> tuple[str, ...]:
    """Return shield, outcome, probability, reasons and time."""
    return (
        verdict.shield,
        verdict.outcome,
        f"{verdict.probability:.3f}",
        reasons(verdict) or "-",
        f"{verdict.seconds * 1000:.0f} ms",
    )


def log_row(entry: LogEntry) -> tuple[str, ...]:
    """Return an entry of the log as a line."""
    verdict = entry.verdict
    text = " ".join(entry.text.split())
    return (
        f"{entry.id}{' ✗' if entry.wrong else ''}",
        time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(entry.at)),
        verdict.direction,
        verdict.shield,
        verdict.outcome,
        f"{verdict.probability:.3f}",
        reasons(verdict) or "-",
        text if len(text) <= TEXT else f"{text[:TEXT]}…",
    )


def reasons(verdict: Verdict) -> str:
    """Return what a shield found, or why it failed."""
    if verdict.error:
        return verdict.error
    return ", ".join(dict.fromkeys(concern.name for concern in verdict.concerns))


def bars(judgement: Judgement, names: Mapping[str, str]) -> Iterator[str]:
    """Yield a bar for each category that was scored, the likeliest first."""
    for verdict in judgement.verdicts:
        for category, score in sorted(verdict.scores.items(), key=lambda item: -item[1]):
            filled = round(score * BAR)
            yield f"{names.get(category, category):32} {'█' * filled}{'░' * (BAR - filled)} {score:.3f}"
