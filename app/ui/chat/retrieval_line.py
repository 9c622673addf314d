"""One look into memory as a quiet line that opens to its sources. Must not open a source itself."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, QUrl, Signal

from app.engine.domain.agents import MemoryRetrievalStep
from app.ui.chat.retrieval_words import details_html, line_words
from app.ui.chat.step_line import StepLine


class RetrievalLine(StepLine):
    """`link_clicked(QUrl)` with "source:<number>"."""

    link_clicked = Signal(QUrl)

    def __init__(self, step: MemoryRetrievalStep) -> None:
        super().__init__(QCoreApplication.translate("RetrievalLine", "Sources"))
        self.details.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self.details.link_clicked.connect(self.link_clicked)
        self.show_step(step)

    def show_step(self, step: MemoryRetrievalStep) -> None:
        """Show the step as it is now."""
        self.step = step
        self._show(line_words(step), details_html(step))
