"""An empty state: one icon, one sentence, at most one button."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from app.ui.theme import tokens
from app.ui.theme.icons import pixmap
from app.ui.theme.theme import theme
from app.ui.widgets.basics import button, column, label


class EmptyState(QWidget):
    """Centred in whatever room it gets."""

    def __init__(
        self, icon_name: str, sentence: str, action_text: str = "", on_click: Callable[[], object] | None = None
    ) -> None:
        super().__init__()
        self._icon_name = icon_name
        self._icon = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self.sentence = label(sentence, "muted", wrap=True)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        box = column(None, self._icon, self.sentence, spacing=tokens.SPACE_3, margins=(32, 32, 32, 32))
        if action_text:
            box.addWidget(button(action_text, on_click, "primary"), 0, Qt.AlignmentFlag.AlignHCenter)
        box.addStretch(1)
        self.setLayout(box)
        self._paint_icon()
        theme().changed.connect(self._paint_icon)

    def _paint_icon(self) -> None:
        self._icon.setPixmap(pixmap(self._icon_name, "text_disabled", tokens.ICON_LARGE, self.devicePixelRatioF()))
