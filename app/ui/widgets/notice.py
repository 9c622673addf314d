"""A notice card: what happened, why, what to do, with actions and a Details disclosure. Never modal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from app.engine.domain.errors import BugError, PaddockError
from app.ui.theme import tokens
from app.ui.theme.icons import pixmap
from app.ui.theme.theme import theme
from app.ui.widgets.basics import action, button, column, label, row, tool_button
from app.ui.widgets.disclosure import Disclosure

Level = Literal["info", "success", "warning", "error"]

_ICONS: dict[str, tuple[str, str]] = {
    "info": ("info", "accent"),
    "success": ("circle-check", "success"),
    "warning": ("triangle-alert", "warning"),
    "error": ("circle-alert", "danger"),
}


@dataclass(frozen=True)
class Notice:
    """Something a person should know. `seconds` 0 stays until dismissed; a later notice of a topic replaces it."""

    message: str
    hint: str = ""
    level: Level = "info"
    details: str = ""
    actions: tuple[tuple[str, Callable[[], object]], ...] = ()
    topic: str = ""
    seconds: float = field(default=0.0)


def notice_of(error: PaddockError, topic: str = "") -> Notice:
    """Return the calm notice of an error: details only where we failed ourselves."""
    cause = error.__cause__
    details = ""
    if isinstance(error, BugError):
        import traceback

        details = "".join(traceback.format_exception(cause or error))
    return Notice(error.message, error.hint, "error", details or f"{error.code}", topic=topic or error.code)


class NoticeCard(QFrame):
    """One notice on screen. Its time stops while the pointer or the focus is on it."""

    dismissed = Signal()

    def __init__(self, notice: Notice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.notice = notice
        self.setProperty("kind", "popover")
        self.setAccessibleName(f"{notice.message} {notice.hint}".strip())
        self._icon = QLabel()
        self._paint_icon()
        theme().changed.connect(self._paint_icon)
        close = tool_button(action(self, self.tr("Dismiss"), self.dismissed.emit, icon_name="x"))
        words = column(label(notice.message, "strong", wrap=True), spacing=2, margins=(0, 7, 0, 7))
        if notice.hint:
            words.addWidget(label(notice.hint, "secondary", wrap=True))
        top = row(spacing=tokens.SPACE_2)
        top.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(words, 1)
        for text, on_click in notice.actions:
            top.addWidget(self._action_button(text, on_click), 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        box = column(
            top, margins=(tokens.SPACE_3, tokens.SPACE_2, tokens.SPACE_2, tokens.SPACE_2), spacing=tokens.SPACE_1
        )
        if notice.details:
            box.addWidget(Disclosure(self.tr("Details"), notice.details))
        self.setLayout(box)
        self._timer = QTimer(self, singleShot=True, interval=round(notice.seconds * 1000))
        self._timer.timeout.connect(self.dismissed)
        if notice.seconds:
            self._timer.start()

    def _action_button(self, text: str, on_click: Callable[[], object]) -> QWidget:
        def run() -> None:
            on_click()
            self.dismissed.emit()

        return button(text, run, "quiet")

    def _paint_icon(self) -> None:
        name, role = _ICONS[self.notice.level]
        self._icon.setPixmap(pixmap(name, role, tokens.ICON_SMALL, self.devicePixelRatioF()))
        self._icon.setFixedSize(QSize(tokens.ICON_SMALL, tokens.CONTROL_HEIGHT - 2))

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        if self.notice.seconds:
            self._timer.start()
        super().leaveEvent(event)
