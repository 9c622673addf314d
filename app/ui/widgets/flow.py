"""Widgets side by side that wrap into lines. Must not know what they are."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget


class Flow(QWidget):
    """Takes the width it gets and the height its lines need. Hidden widgets leave no gap; `at_end` aligns there."""

    def __init__(self, *, spacing: int = 8, at_end: bool = False) -> None:
        super().__init__()
        self._spacing, self._at_end = spacing, at_end
        self.widgets: list[QWidget] = []
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def add(self, widget: QWidget) -> None:
        """Put a widget at the end."""
        self.insert(len(self.widgets), widget)

    def insert(self, place: int, widget: QWidget) -> None:
        """Put a widget somewhere among the others."""
        hidden = _is_hidden(widget)
        widget.setParent(self)
        widget.setVisible(not hidden)
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

    def fit(self, width: int) -> None:
        """Take this width and no other."""
        self.setFixedWidth(width)
        self.arrange()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._lay_out(width, place=False)

    def sizeHint(self) -> QSize:
        widest = sum(widget.sizeHint().width() + self._spacing for widget in self.widgets if not _is_hidden(widget))
        return QSize(widest, self.minimumHeight())

    def minimumSizeHint(self) -> QSize:
        return QSize(40, self.minimumHeight())

    def _lay_out(self, width: int, *, place: bool) -> int:
        y = self.contentsMargins().top()
        for number, line in enumerate(self._lines(width)):
            y += self._spacing if number else 0
            used = sum(size.width() for _widget, size in line) + self._spacing * (len(line) - 1)
            x = width - used if self._at_end else 0
            for widget, size in line:
                if place:
                    left = width - x - size.width() if self.isRightToLeft() else x
                    widget.setGeometry(left, y, size.width(), size.height())
                x += size.width() + self._spacing
            y += max(size.height() for _widget, size in line)
        return y

    def _lines(self, width: int) -> list[list[tuple[QWidget, QSize]]]:
        lines: list[list[tuple[QWidget, QSize]]] = []
        x = 0
        for widget in (each for each in self.widgets if not _is_hidden(each)):
            size = widget.sizeHint().boundedTo(QSize(max(40, min(width, widget.maximumWidth())), 10_000))
            if not lines or x + size.width() > width:
                lines.append([])
                x = 0
            lines[-1].append((widget, size))
            x += size.width() + self._spacing
        return lines

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


def _is_hidden(widget: QWidget) -> bool:
    """Tell whether somebody hid a widget; one that was never shown is not hidden by that."""
    return widget.isHidden() and widget.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide)
