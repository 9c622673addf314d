"""In-app help (F1): what the window can do in a few lines, and every shortcut. Needs no network."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QScrollArea, QWidget

from app.ui.theme import tokens
from app.ui.widgets.basics import column, label


class HelpDialog(QDialog):
    """Lists the actions that have a shortcut; not modal, closes on Escape."""

    def __init__(self, parent: QWidget, actions: Sequence[QAction]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Paddock help"))
        self.resize(460, 560)
        intro = self.tr(
            "Type a message and press Enter. Everything runs on this machine; nothing is sent anywhere unless you "
            "add a remote provider. Models are found, imported and loaded on the Models page."
        )
        area = QScrollArea(widgetResizable=True)
        area.setWidget(self._keys(actions))
        margins = (tokens.SPACE_6, tokens.SPACE_6, tokens.SPACE_6, tokens.SPACE_4)
        self.setLayout(
            column(
                label(self.tr("Paddock help"), "title"), label(intro, wrap=True),
                label(self.tr("Keys"), "section"), area,
                spacing=tokens.SPACE_3, margins=margins,
            )
        )  # fmt: skip

    def _keys(self, actions: Sequence[QAction]) -> QWidget:
        holder = QWidget()
        holder.setProperty("kind", "transparent")
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, tokens.SPACE_2, 0)
        grid.setVerticalSpacing(tokens.SPACE_2)
        shown = [a for a in actions if not a.shortcut().isEmpty()]
        for number, item in enumerate(shown):
            grid.addWidget(label(item.text().replace("&", "")), number, 0)
            keys = label(item.shortcut().toString(QKeySequence.SequenceFormat.NativeText), "muted")
            grid.addWidget(keys, number, 1, Qt.AlignmentFlag.AlignRight)
        grid.setRowStretch(len(shown), 1)
        return holder
