"""Checks of a turn as one quiet line that opens to their verdicts. Must not judge."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from app.engine.domain.agents import ShieldStep
from app.ui.chat.shield_words import details_html, is_quiet, line_words
from app.ui.chat.step_line import StepLine
from app.ui.widgets.basics import set_kind


class ShieldLine(StepLine):
    """Shows one check that spoke up, or all that found nothing."""

    def __init__(self) -> None:
        super().__init__(QCoreApplication.translate("ShieldLine", "What the shields said"))
        self.steps: Sequence[ShieldStep] = ()

    def show_steps(self, steps: Sequence[ShieldStep], *, expert: bool) -> None:
        """Show these checks."""
        self.steps = steps
        quiet = all(is_quiet(step) or step.state == "running" for step in steps)
        set_kind(self.line.toggle, "status" if quiet else "status-warning")
        self._show(line_words(steps, expert=expert), details_html(steps))
