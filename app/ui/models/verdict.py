"""Whether a model fits this computer: icon, words and the numbers behind them. Must not compute a verdict."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from app.engine.domain.models import FitVerdict
from app.ui.models.words import VERDICT_LOOKS, verdict_reason, verdict_words
from app.ui.theme import tokens
from app.ui.theme.icons import pixmap
from app.ui.theme.theme import theme
from app.ui.widgets.basics import column, label, row, set_kind
from app.ui.widgets.visibility import show_when


class VerdictLine(QWidget):
    """`brief` leaves the numbers to the tool tip as long as the model fits."""

    def __init__(self, verdict: FitVerdict | None = None, *, brief: bool = False) -> None:
        super().__init__()
        self._verdict: FitVerdict | None = None
        self._brief = brief
        self._icon = QLabel()
        self._icon.setFixedSize(tokens.ICON_SMALL, tokens.ICON_SMALL + 2)
        self.words = label()
        self.reason = label("", "secondary", wrap=True)
        texts = column(self.words, self.reason, spacing=2)
        line = row(spacing=tokens.SPACE_2)
        line.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(texts, 1)
        self.setLayout(line)
        theme().changed.connect(self._paint)
        self.show_verdict(verdict)

    def show_verdict(self, verdict: FitVerdict | None) -> None:
        """Show a verdict; None hides the line until there is one."""
        self._verdict = verdict
        show_when(self, verdict is not None)
        if verdict is None:
            return
        words, reason = verdict_words(verdict), verdict_reason(verdict)
        self.words.setText(words)
        self.reason.setText(reason)
        show_when(self.reason, not (self._brief and verdict.verdict in ("fits", "unknown")))
        self.setToolTip(f"{words}: {reason}")
        self.setAccessibleName(f"{words}: {reason}")
        self._paint()

    def _paint(self) -> None:
        if self._verdict is None:
            return
        name, role = VERDICT_LOOKS[self._verdict.verdict]
        self._icon.setPixmap(pixmap(name, role, tokens.ICON_SMALL, self.devicePixelRatioF()))
        set_kind(self.words, role if role != "text_secondary" else "muted")
