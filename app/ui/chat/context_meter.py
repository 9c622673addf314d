"""How full the context is, as a small bar with figures, and what has been left out."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.engine.domain.agents import Turn
from app.ui.chat.turn_words import cut_words, last_inference, left_out_words
from app.ui.theme import tokens
from app.ui.theme.theme import theme
from app.ui.widgets.basics import row, set_kind
from app.ui.widgets.elided import ElidedLabel
from app.ui.widgets.words import number_words

_FULL = 0.9


class _Bar(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.fraction = 0.0
        self.setFixedSize(QSize(56, 6))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole = QRectF(0, 1, self.width(), 4)
        painter.setBrush(theme().colour("pressed"))
        painter.drawRoundedRect(whole, 2, 2)
        width = self.width() * min(1.0, self.fraction)
        start = self.width() - width if self.isRightToLeft() else 0.0
        painter.setBrush(theme().colour("warning" if self.fraction >= _FULL else "accent"))
        painter.drawRoundedRect(QRectF(start, 1, width, 4), 2, 2)


class ContextMeter(QWidget):
    """Hidden until the model has reported what it saw. `shown(bool)` follows."""

    shown = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._bar = _Bar()
        self.words = ElidedLabel("", "secondary")
        self.setLayout(row(self._bar, self.words, spacing=tokens.SPACE_2))
        self.hide()

    def show_turn(self, turn: Turn | None) -> None:
        """Show what the last call of the model used of its context."""
        step = last_inference(turn) if turn is not None else None
        context = step.context if step is not None else None
        if step is None or context is None or not context.context_length:
            self.hide()
            self.shown.emit(False)
            return
        used = context.prompt_tokens + step.usage.completion_tokens
        self._bar.fraction = used / context.context_length
        self._bar.update()
        cuts = cut_words(turn) if turn is not None else []
        figures = self.tr("{used} of {size} tokens").format(
            used=number_words(used), size=number_words(context.context_length)
        )
        left_out = left_out_words(context.dropped_turns) if context.dropped_turns else ""
        self.words.setText(f"{figures}  ·  {left_out}" if left_out else figures)
        set_kind(self.words, "warning" if cuts else "secondary")
        tip = self.tr("What the model sees of this chat: its context.")
        self.setToolTip("\n".join([tip, *cuts]))
        self.setAccessibleName(self.tr("Context: {words}").format(words=self.words.text()))
        self.show()
        self.shown.emit(True)
