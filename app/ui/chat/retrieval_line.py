"""One look into memory as a quiet line that opens to its sources. Must not open a source itself."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtWidgets import QWidget

from app.engine.domain.agents import MemoryRetrievalStep
from app.ui.chat.prose_view import ProseView
from app.ui.chat.retrieval_words import details_html, line_words
from app.ui.theme import tokens
from app.ui.theme.theme import theme
from app.ui.widgets.basics import column
from app.ui.widgets.disclosure import Disclosure

_CHEVRON = 30
# The line hangs out by the inner margin of its button, so that its chevron and the answer share an edge.
_BLEED = 6


class RetrievalLine(QWidget):
    """`link_clicked(QUrl)` with "source:<number>". `fit(width)` gives the width; the height follows."""

    link_clicked = Signal(QUrl)

    def __init__(self, step: MemoryRetrievalStep) -> None:
        super().__init__()
        self.step = step
        self._width = 0
        self.details = ProseView(size=tokens.SIZE_SECONDARY)
        self.details.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.details.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self.details.setAccessibleName(self.tr("Sources"))
        self.details.link_clicked.connect(self.link_clicked)
        self.line = Disclosure("")
        content = QWidget()
        content.setLayout(column(self.details, margins=(_BLEED, tokens.SPACE_1, 0, tokens.SPACE_1)))
        self.line.set_content(content)
        self.setLayout(column(self.line))
        theme().changed.connect(self.details.restyle)
        self.show_step(step)

    def show_step(self, step: MemoryRetrievalStep) -> None:
        """Show the step as it is now."""
        self.step = step
        self.details.show_html(details_html(step))
        self._show_caption()
        if self._width:
            self.fit(self._width)

    def fit(self, width: int) -> None:
        """Take this width."""
        self._width = width
        self._show_caption()
        self.details.fit(width)

    def _show_caption(self) -> None:
        words = line_words(self.step)
        room = max(80, self._width - _CHEVRON - tokens.SPACE_2)
        shown = self.line.toggle.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room)
        self.line.set_caption(shown if self._width else words)
        self.line.toggle.setAccessibleName(words)
        self.line.toggle.setToolTip(words if shown != words else "")
