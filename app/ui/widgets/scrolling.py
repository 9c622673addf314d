"""Scrolling content of a page: one column of bounded width."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from app.ui.widgets.basics import row


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
    holder = QWidget()
    line = row()
    line.addStretch(1)
    line.addWidget(content, 1000)
    line.addStretch(1)
    holder.setLayout(line)
    return holder
