"""The navigation rail: one checkable action per page, icon over label, settings at the foot."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QToolButton, QWidget

from app.ui.shell.pages import Page
from app.ui.theme import tokens
from app.ui.theme.icons import icon
from app.ui.widgets.basics import column, tool_button


class Rail(QWidget):
    """Emits `chosen(page id)`; Ctrl 1–9 choose by position, the foot entry also by Ctrl ,"""

    chosen = Signal(str)

    def __init__(self, pages: Sequence[Page]) -> None:
        super().__init__()
        self.setProperty("kind", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(tokens.RAIL_WIDTH)
        self.setAccessibleName(self.tr("Pages"))
        self._group = QActionGroup(self)
        self.actions_by_id = {page.id: self._action(page, n) for n, page in enumerate(pages, start=1)}
        box = column(spacing=tokens.SPACE_1, margins=(6, tokens.SPACE_2, 6, tokens.SPACE_2))
        for page in pages:
            if page.at_foot:
                box.addStretch(1)
            box.addWidget(self._button(page))
        if not any(page.at_foot for page in pages):
            box.addStretch(1)
        self.setLayout(box)

    def _action(self, page: Page, number: int) -> QAction:
        made = QAction(icon(page.icon), page.title, self, checkable=True)
        keys = [QKeySequence(f"Ctrl+{number}")] if number <= 9 else []
        if page.at_foot:
            keys.append(QKeySequence(QKeySequence.StandardKey.Preferences))
            keys.append(QKeySequence("Ctrl+,"))
        made.setShortcuts(keys)
        made.setToolTip(
            f"{page.title} ({keys[0].toString(QKeySequence.SequenceFormat.NativeText)})" if keys else page.title
        )
        made.triggered.connect(lambda _checked=False, page_id=page.id: self.chosen.emit(page_id))
        self._group.addAction(made)
        return made

    def _button(self, page: Page) -> QToolButton:
        shown = tool_button(self.actions_by_id[page.id], "rail", tokens.ICON_RAIL)
        shown.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        shown.setFixedWidth(tokens.RAIL_WIDTH - 12)
        shown.setFixedHeight(50)
        return shown

    def select(self, page_id: str) -> None:
        """Mark the page that is shown."""
        self.actions_by_id[page_id].setChecked(True)
