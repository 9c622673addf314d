"""What an empty chat shows: one sentence, and once a quiet banner that says the model is a small starter."""

from __future__ import annotations

from PySide6.QtCore import QSettings, Qt, Signal
from PySide6.QtWidgets import QLabel, QWidget

from app.engine.domain.models import Model
from app.ui.theme import tokens
from app.ui.theme.icons import pixmap
from app.ui.theme.theme import theme
from app.ui.widgets.basics import action, button, column, frame, label, row, tool_button

_DISMISSED = "starter_banner_dismissed"


class StarterBanner(QWidget):
    """`models_wanted()` follows its button; once dismissed it stays away."""

    models_wanted = Signal()

    def __init__(self, memory: QSettings | None) -> None:
        super().__init__()
        self._memory = memory
        self._card = frame("banner")
        self.words = label("", wrap=True)
        better = button(self.tr("See better models"), self.models_wanted.emit, "quiet")
        close = tool_button(action(self, self.tr("Dismiss"), self._dismiss, icon_name="x"))
        line = row(spacing=tokens.SPACE_2, margins=(tokens.SPACE_4, tokens.SPACE_1, tokens.SPACE_1, tokens.SPACE_1))
        line.addWidget(self.words, 1)
        line.addWidget(better)
        line.addWidget(close)
        self._card.setLayout(line)
        self.setLayout(column(self._card))
        self.hide()

    def show_model(self, model: Model | None) -> None:
        """Show the banner for the starter model only."""
        dismissed = self._memory is not None and bool(self._memory.value(_DISMISSED, False, bool))
        if model is None or model.source != "starter" or dismissed:
            self.hide()
            return
        words = self.tr("{model} is a small starter model: quick, but often wrong.")
        self.words.setText(words.format(model=model.name))
        self.show()

    def _dismiss(self) -> None:
        if self._memory is not None:
            self._memory.setValue(_DISMISSED, True)
        self.hide()


class Welcome(QWidget):
    """In the middle of an empty chat."""

    def __init__(self) -> None:
        super().__init__()
        self._mark = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        title = label(self.tr("What would you like to talk about?"), "title")
        title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.line = line = label("", "muted")
        line.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.show_model(None)
        self.setLayout(column(None, self._mark, tokens.SPACE_2, title, line, None, None, spacing=tokens.SPACE_2))
        theme().changed.connect(self._paint)
        self._paint()

    def show_model(self, model: Model | None) -> None:
        """Say where the words go: nowhere, or to the provider of a remote model."""
        if model is not None and model.source == "remote":
            words = self.tr("What you write is sent to the remote provider “{provider}”.")
            self.line.setText(words.format(provider=model.provider_id))
        else:
            self.line.setText(self.tr("Everything you write stays on this machine."))

    def _paint(self) -> None:
        self._mark.setPixmap(pixmap("message-circle", "accent", 36, self.devicePixelRatioF()))
