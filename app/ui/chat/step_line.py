"""A step of a turn as one quiet line that opens to details, cut where it is too long. Must not know kinds of steps."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.ui.chat.prose_view import ProseView
from app.ui.theme import tokens
from app.ui.theme.theme import theme
from app.ui.widgets.basics import column
from app.ui.widgets.disclosure import Disclosure

_CHEVRON = 30
# The line hangs out by the inner margin of its button, so that its chevron and the answer share an edge.
_BLEED = 6


class StepLine(QWidget):
    """`fit(width)` gives the width; the height follows. `name` is what screen readers call the details."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._width = 0
        self._words = ""
        self.details = ProseView(size=tokens.SIZE_SECONDARY)
        self.details.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.details.setAccessibleName(name)
        self.line = Disclosure("")
        content = QWidget()
        content.setLayout(column(self.details, margins=(_BLEED, tokens.SPACE_1, 0, tokens.SPACE_1)))
        self.line.set_content(content)
        self.setLayout(column(self.line))
        theme().changed.connect(self.details.restyle)

    def fit(self, width: int) -> None:
        """Take this width."""
        self._width = width
        self._show_caption()
        self.details.fit(width)

    def _show(self, words: str, details: str) -> None:
        """Show a line of words, and HTML behind it."""
        self._words = words
        self.details.show_html(details)
        self._show_caption()
        if self._width:
            self.fit(self._width)

    def _show_caption(self) -> None:
        room = max(80, self._width - _CHEVRON - tokens.SPACE_2)
        shown = self.line.toggle.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, room)
        self.line.set_caption(shown if self._width else self._words)
        self.line.toggle.setAccessibleName(self._words)
        self.line.toggle.setToolTip(self._words if shown != self._words else "")
