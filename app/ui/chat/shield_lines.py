"""All checks of a turn: one line for those that found nothing, one for each that spoke up. Must not judge."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.engine.domain.agents import ShieldStep
from app.ui.chat.shield_line import ShieldLine
from app.ui.chat.shield_words import is_guarded, is_quiet
from app.ui.widgets.basics import column
from app.ui.widgets.visibility import show_when


class ShieldLines(QWidget):
    """`show_step` adds or follows a check. A check that blocked is left to the card of the turn."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: dict[str, ShieldStep] = {}
        self._expert = False
        self._width = 0
        self.quiet = ShieldLine()
        self.loud: dict[str, ShieldLine] = {}
        self._box = column(self.quiet, spacing=2)
        self.setLayout(self._box)
        self._arrange()

    def show_step(self, step: ShieldStep) -> None:
        """Show a check as it is now."""
        self.steps[step.id] = step
        self._arrange()

    def set_expert(self, expert: bool) -> None:
        """Show numbers, and that rules alone found nothing, to experts only."""
        if expert != self._expert:
            self._expert = expert
            self._arrange()

    def fit(self, width: int) -> None:
        """Take this width."""
        self._width = width
        for line in (self.quiet, *self.loud.values()):
            line.fit(width)

    def _arrange(self) -> None:
        ended = [step for step in self.steps.values() if step.state != "running"]
        quiet = [step for step in ended if is_quiet(step)]
        if quiet:
            self.quiet.show_steps(quiet, expert=self._expert)
        show_when(self.quiet, bool(quiet) and (self._expert or is_guarded(quiet)))
        for step in ended:
            if step not in quiet and step.outcome != "block":
                self._line(step.id).show_steps((step,), expert=self._expert)
        show_when(self, not self.quiet.isHidden() or bool(self.loud))

    def _line(self, step_id: str) -> ShieldLine:
        line = self.loud.get(step_id)
        if line is None:
            line = self.loud[step_id] = ShieldLine()
            self._box.addWidget(line)
            line.show()
            if self._width:
                line.fit(self._width)
        return line
