"""A question in place: names the thing and the consequence, with the two answers. Never modal."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame

from app.ui.theme import tokens
from app.ui.widgets.basics import button, column, label, row


class ConfirmCard(QFrame):
    """Hidden until `ask`; Escape and the second button keep everything as it is."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "danger-card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.question = label("", "strong", wrap=True)
        self.consequence = label("", wrap=True)
        self._on_yes: Callable[[], object] = lambda: None
        self.yes = button("", self._confirm, "danger")
        self.no = button(self.tr("Keep"), self.hide)
        answers = row(self.yes, self.no, None, spacing=tokens.SPACE_2)
        self.setLayout(
            column(
                self.question, self.consequence, tokens.SPACE_1, answers, spacing=tokens.SPACE_1,
                margins=(tokens.SPACE_4, tokens.SPACE_3, tokens.SPACE_4, tokens.SPACE_3),
            )
        )  # fmt: skip
        self.hide()

    def ask(self, question: str, consequence: str, yes: str, on_yes: Callable[[], object]) -> None:
        """Show the question; the focus is on keeping, so that Enter destroys nothing."""
        self.question.setText(question)
        self.consequence.setText(consequence)
        self.yes.setText(yes)
        self._on_yes = on_yes
        self.setAccessibleName(f"{question} {consequence}")
        self.show()
        self.no.setFocus(Qt.FocusReason.OtherFocusReason)

    def _confirm(self) -> None:
        self.hide()
        self._on_yes()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)
