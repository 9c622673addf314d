"""Once, quietly: no guard model is installed, and where to get one. Dismissed, it stays away for good.

It waits while another banner is shown: one thing at a time.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSettings, Signal
from PySide6.QtWidgets import QWidget

from app.ui.bridge.safety import SafetyClient
from app.ui.theme import tokens
from app.ui.widgets.basics import action, button, column, frame, label, row, tool_button
from app.ui.widgets.visibility import show_when

_DISMISSED = "guard_banner_dismissed"


class GuardBanner(QWidget):
    """`guard_wanted()` follows its button."""

    guard_wanted = Signal()

    def __init__(self, memory: QSettings | None, safety: SafetyClient, other: QWidget) -> None:
        super().__init__()
        self._memory, self._safety, self._other = memory, safety, other
        words = label(self.tr("No guard model is installed: chats are checked by simple rules only."), wrap=True)
        get = button(self.tr("Get a guard"), self.guard_wanted.emit, "quiet")
        close = tool_button(action(self, self.tr("Dismiss"), self.dismiss, icon_name="x"))
        line = row(spacing=tokens.SPACE_2, margins=(tokens.SPACE_4, tokens.SPACE_1, tokens.SPACE_1, tokens.SPACE_1))
        line.addWidget(words, 1)
        line.addWidget(get)
        line.addWidget(close)
        card = frame("banner")
        card.setLayout(line)
        self.setLayout(column(card))
        self.hide()
        other.installEventFilter(self)
        safety.shields_changed.connect(self.follow)
        self.follow()

    def follow(self) -> None:
        """Show the banner while a guard is wanted and lacking."""
        dismissed = self._memory is not None and bool(self._memory.value(_DISMISSED, False, bool))
        show_when(self, self._safety.lacks_guard and self._other.isHidden() and not dismissed)

    def dismiss(self) -> None:
        """Go away for good."""
        if self._memory is not None:
            self._memory.setValue(_DISMISSED, True)
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            self.follow()
        return False
