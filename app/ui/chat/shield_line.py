"""Checks of a turn as one quiet line that opens to their verdicts. Must not judge."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.engine.domain.agents import ShieldStep
from app.ui.chat.prose_view import ProseView
from app.ui.chat.shield_words import details_html, is_quiet, line_words
from app.ui.theme import tokens
from app.ui.theme.theme import theme
from app.ui.widgets.basics import column, set_kind
from app.ui.widgets.disclosure import Disclosure

_CHEVRON = 30
# The line hangs out by the inner margin of its button, so that its chevron and the answer share an edge.
_BLEED = 6


class ShieldLine(QWidget):
    """Shows one check that spoke up, or all that found nothing. `fit(width)` gives the width."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: Sequence[ShieldStep] = ()
        self._expert = False
        self._width = 0
        self.details = ProseView(size=tokens.SIZE_SECONDARY)
        self.details.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.details.setAccessibleName(self.tr("What the shields said"))
        self.line = Disclosure("")
        content = QWidget()
        content.setLayout(column(self.details, margins=(_BLEED, tokens.SPACE_1, 0, tokens.SPACE_1)))
        self.line.set_content(content)
        self.setLayout(column(self.line))
        theme().changed.connect(self.details.restyle)

    def show_steps(self, steps: Sequence[ShieldStep], *, expert: bool) -> None:
        """Show these checks."""
        self.steps, self._expert = steps, expert
        self.details.show_html(details_html(steps))
        quiet = all(is_quiet(step) or step.state == "running" for step in steps)
        set_kind(self.line.toggle, "status" if quiet else "status-warning")
        self._show_caption()
        if self._width:
            self.fit(self._width)

    def fit(self, width: int) -> None:
        """Take this width."""
        self._width = width
        self._show_caption()
        self.details.fit(width)

    def _show_caption(self) -> None:
        if not self.steps:
            return
        words = line_words(self.steps, expert=self._expert)
        room = max(80, self._width - _CHEVRON - tokens.SPACE_2)
        shown = self.line.toggle.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room)
        self.line.set_caption(shown if self._width else words)
        self.line.toggle.setAccessibleName(words)
        self.line.toggle.setToolTip(words if shown != words else "")
