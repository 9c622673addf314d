"""A frame that pops up beside its button and closes on Escape or a click elsewhere."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.ui.theme import tokens
from app.ui.theme.theme import theme


class Popover(QFrame):
    """Subclasses fill `box`."""

    def __init__(self, parent: QWidget, name: str) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAccessibleName(name)
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(*[tokens.SPACE_2] * 4)
        self.box.setSpacing(tokens.SPACE_1)

    def pop_up(self, anchor: QWidget, *, above: bool = False, centred: bool = False) -> None:
        """Show at a widget, kept within its screen."""
        self.adjustSize()
        corner = anchor.mapToGlobal(QPoint(0, 0))
        x = corner.x() + ((anchor.width() - self.width()) // 2 if centred else 0)
        if self.isRightToLeft() and not centred:
            x += anchor.width() - self.width()
        y = corner.y() - self.height() - tokens.SPACE_1 if above else corner.y() + anchor.height() + tokens.SPACE_1
        bounds = anchor.screen().availableGeometry()
        x = max(bounds.left() + 4, min(x, bounds.right() - self.width() - 4))
        y = max(bounds.top() + 4, min(y, bounds.bottom() - self.height() - 4))
        self.move(x, y)
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the card; style sheets leave a translucent top-level window empty."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme().colour("control"))
        painter.setBrush(theme().colour("raised"))
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), tokens.RADIUS_CARD, tokens.RADIUS_CARD
        )
