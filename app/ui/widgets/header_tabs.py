"""Tabs in the header of a page, whose line meets the rule below. Must not know what they switch."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QTabBar

from app.ui.theme import tokens


class HeaderTabs(QTabBar):
    """Needs a name for screen readers; arrow keys move between the tabs."""

    def __init__(self, name: str) -> None:
        super().__init__(drawBase=False, expanding=False, documentMode=True)
        self.setAccessibleName(name)

    def tabSizeHint(self, index: int) -> QSize:
        return QSize(super().tabSizeHint(index).width(), tokens.HEADER_HEIGHT)
