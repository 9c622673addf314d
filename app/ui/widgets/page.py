"""The base of every page: 48 px header with title and actions, body below, and what the shell may ask of it.

Must not know the shell; a page speaks to it through signals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.ui.theme import tokens
from app.ui.widgets.basics import column, hairline, label, row


@dataclass(frozen=True)
class PageMenu:
    """A menu a page adds to the menu bar; None is a separator."""

    title: str
    actions: Sequence[QAction | None]


class PageWidget(QWidget):
    """Subclasses put their content into `body` and their buttons into `header`.

    `navigate(page id, target)` asks the shell for another page, `notify(Notice)` for a notice,
    `measured(tokens per second)` tells the status bar a speed.
    """

    navigate = Signal(str, object)
    notify = Signal(object)
    measured = Signal(float)

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setProperty("kind", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(title)
        self.title = label(title, "page-title")
        self.header_bar = QWidget()
        self.header_bar.setFixedHeight(tokens.HEADER_HEIGHT)
        self.header: QHBoxLayout = row(
            self.title, spacing=tokens.SPACE_2, margins=(tokens.SPACE_6, 0, tokens.SPACE_3, 0)
        )
        self.header_bar.setLayout(self.header)
        self.body = QWidget()
        self._column = column(self.header_bar, hairline())
        self._column.addWidget(self.body, 1)
        self.setLayout(self._column)

    def menus(self) -> Sequence[PageMenu]:
        """Return the menus this page adds to the menu bar; their actions are in the command palette too."""
        return ()

    def find(self) -> None:  # type: ignore[override]
        """Open find in page (Ctrl F)."""

    def open_target(self, target: object) -> None:
        """Show something of this page, as asked by another page or the command palette."""

    def shown(self) -> None:
        """Take the focus where typing should start; called when the page comes to front."""
        self.setFocus()
