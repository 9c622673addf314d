"""A switch for what takes effect at once. A check box in everything but its looks."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QSizePolicy

from app.ui.theme.theme import theme

_WIDTH, _HEIGHT, _GAP = 34, 20, 2


class Switch(QCheckBox):
    """Needs an accessible name, because its words stand elsewhere."""

    def __init__(self, name: str, *, checked: bool = False) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setChecked(checked)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH + 4, _HEIGHT + 4)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = QRectF(2, 2, _WIDTH, _HEIGHT)
        colour = theme().colour
        on, usable = self.isChecked(), self.isEnabled()
        painter.setPen(colour("text_disabled" if usable and not on else "hairline" if not usable else "accent"))
        painter.setBrush(colour("accent" if on and usable else "pressed"))
        painter.drawRoundedRect(track.adjusted(0.5, 0.5, -0.5, -0.5), _HEIGHT / 2, _HEIGHT / 2)
        side = _HEIGHT - 2 * _GAP - 2
        at_end = on != self.isRightToLeft()
        x = track.right() - side - _GAP - 1 if at_end else track.left() + _GAP + 1
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("accent_text" if on and usable else "text_secondary" if usable else "text_disabled"))
        painter.drawEllipse(QRectF(x, track.top() + _GAP + 1, side, side))
        if self.hasFocus():
            pen = painter.pen()
            pen.setStyle(Qt.PenStyle.SolidLine)
            pen.setColor(colour("focus"))
            pen.setWidthF(1.5)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75), 12, 12)
