"""Widgets side by side that wrap into lines. Must not know what they are."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget


class Flow(QWidget):
    """Takes the width it gets and the height its lines need. Hidden widgets leave no gap."""

    def __init__(self, *, spacing: int = 8) -> None:
        super().__init__()
        self._spacing = spacing
        self.widgets: list[QWidget] = []
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def add(self, widget: QWidget) -> None:
        """Put a widget at the end."""
        self.insert(len(self.widgets), widget)

    def insert(self, place: int, widget: QWidget) -> None:
        """Put a widget somewhere among the others."""
        shown = not widget.isHidden()
        widget.setParent(self)
        widget.setVisible(shown)
        widget.installEventFilter(self)
        self.widgets.insert(place, widget)
        self.arrange()

    def remove(self, widget: QWidget) -> None:
        """Take a widget out and delete it."""
        self.widgets.remove(widget)
        widget.removeEventFilter(self)
        widget.hide()
        widget.deleteLater()
        self.arrange()

    def clear(self) -> None:
        """Take all widgets out."""
        for widget in tuple(self.widgets):
            self.remove(widget)

    def arrange(self) -> None:
        """Lay the widgets out in the width there is."""
        height = self._lay_out(self.width(), place=True)
        if height != self.minimumHeight():
            self.setFixedHeight(height)
        self.updateGeometry()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._lay_out(width, place=False)

    def sizeHint(self) -> QSize:
        widest = sum(widget.sizeHint().width() + self._spacing for widget in self.widgets if not widget.isHidden())
        return QSize(widest, self.minimumHeight())

    def minimumSizeHint(self) -> QSize:
        return QSize(40, self.minimumHeight())

    def _lay_out(self, width: int, *, place: bool) -> int:
        x = y = line = 0
        for widget in self.widgets:
            if widget.isHidden():
                continue
            size = widget.sizeHint().boundedTo(QSize(max(40, min(width, widget.maximumWidth())), 10_000))
            if x and x + size.width() > width:
                x, y, line = 0, y + line + self._spacing, 0
            if place:
                left = width - x - size.width() if self.isRightToLeft() else x
                widget.setGeometry(left, y, size.width(), size.height())
            x += size.width() + self._spacing
            line = max(line, size.height())
        return y + line

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.arrange()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent, QEvent.Type.LayoutRequest):
            self.arrange()
        return False

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.LayoutDirectionChange, QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self.arrange()
