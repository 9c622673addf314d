"""Scrolling content of a page: one column of bounded width."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from app.ui.widgets.basics import row


class _Holder(QWidget):
    """As tall as its content at the width it gets: words that wrap ask for the height of a narrow column otherwise."""

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), 0)


def scrolled(content: QWidget, name: str) -> QScrollArea:
    """Return a vertical scroll area around a widget."""
    area = QScrollArea(widgetResizable=True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setAccessibleName(name)
    content.setProperty("kind", "transparent")
    area.setWidget(content)
    return area


def centred(content: QWidget, width: int) -> QWidget:
    """Return a holder that keeps a widget in the middle and not wider than `width`."""
    content.setMaximumWidth(width)
    holder = _Holder()
    line = row()
    line.addStretch(1)
    line.addWidget(content, 1000)
    line.addStretch(1)
    holder.setLayout(line)
    return holder
