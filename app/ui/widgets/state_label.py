"""A state in words with a dot beside it. The dot repeats what the words say; colour never speaks alone."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.theme.theme import theme


class StateDot(QWidget):
    """A filled dot for ready, a ring for anything else."""

    def __init__(self, role: str = "text_disabled", filled: bool = False) -> None:
        super().__init__()
        self._role, self._filled = role, filled
        self.setFixedSize(QSize(10, 10))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_state(self, role: str, filled: bool) -> None:
        """Change colour role and fill."""
        self._role, self._filled = role, filled
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_dot(painter, QRectF(self.rect()), self._role, self._filled)


def paint_dot(painter: QPainter, rect: QRectF, role: str, filled: bool) -> None:
    """Paint a 7 px dot in the middle of a rectangle."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colour = theme().colour(role)
    pen = painter.pen()
    pen.setStyle(Qt.PenStyle.SolidLine)
    pen.setColor(colour)
    pen.setWidthF(1.5)
    painter.setPen(Qt.PenStyle.NoPen if filled else pen)
    painter.setBrush(colour if filled else Qt.BrushStyle.NoBrush)
    radius = 3.5 if filled else 3.0
    painter.drawEllipse(rect.center(), radius, radius)
    painter.restore()


PHASE_DOTS: dict[str, tuple[str, bool]] = {
    "not_loaded": ("text_disabled", False),
    "loading": ("warning", False),
    "unloading": ("warning", False),
    "ready": ("success", True),
    "failed": ("danger", True),
    "waiting": ("text_disabled", False),
    "parsing": ("warning", False),
    "embedding": ("warning", False),
    "indexing": ("warning", False),
    "paused": ("text_disabled", False),
    "cancelled": ("text_disabled", False),
}
"""Dot of each phase of a model, and of each state of a document."""
