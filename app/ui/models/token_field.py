"""A field for the hub token. The token goes to the engine at once and never stays in the window."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.engine.domain.errors import PaddockError
from app.ui.bridge.client import EngineClient
from app.ui.theme import tokens
from app.ui.theme.icons import icon
from app.ui.widgets.basics import button, column, label, row, set_kind
from app.ui.widgets.visibility import show_when


class TokenField(QWidget):
    """`kept()` follows once the engine has the token."""

    kept = Signal()

    def __init__(self, client: EngineClient) -> None:
        super().__init__()
        self._client = client
        self.field = QLineEdit(placeholderText=self.tr("Hub token, hf_…"))
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setAccessibleName(self.tr("Hub token"))
        self.field.addAction(icon("key"), QLineEdit.ActionPosition.LeadingPosition)
        self.field.returnPressed.connect(self._keep)
        self.keep = button(self.tr("Keep token"), self._keep)
        self.keep.setEnabled(False)
        self.field.textChanged.connect(lambda text: self.keep.setEnabled(bool(text.strip())))
        self.words = label("", "secondary", wrap=True)
        line = row(spacing=tokens.SPACE_2)
        line.addWidget(self.field, 1)
        line.addWidget(self.keep)
        self.setLayout(column(line, self.words, spacing=tokens.SPACE_1))
        self.say("")

    def say(self, words: str, kind: str = "secondary") -> None:
        """Show a line below the field; an empty text hides it."""
        set_kind(self.words, kind)
        self.words.setText(words)
        show_when(self.words, bool(words))

    def _keep(self) -> None:
        token = self.field.text().strip()
        if token:
            self.keep.setEnabled(False)
            self._client.models.set_hub_token(token).on(self, done=self._on_kept, failed=self._on_failed)

    def _on_kept(self, lasting: bool) -> None:
        self.field.clear()
        if lasting:
            self.say(self.tr("The token is in the system's keychain."))
        else:
            self.say(self.tr("There is no keychain here; the token is kept until Paddock closes."), "warning")
        self.kept.emit()

    def _on_failed(self, error: PaddockError) -> None:
        self.keep.setEnabled(True)
        self.say(error.in_words(), "danger")
