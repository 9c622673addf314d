"""Notices over the upper right of the page, away from where one types: non-modal, newest below, one per topic."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.ui.theme import tokens
from app.ui.widgets.notice import Notice, NoticeCard

_WIDTH, _MOST = 420, 4


class Notifications(QWidget):
    """Keeps itself in the corner of `over`."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(tokens.SPACE_2)
        self.cards: list[NoticeCard] = []
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        over.installEventFilter(self)
        self.hide()

    def post(self, notice: Notice) -> None:
        """Show a notice; it replaces one of the same topic."""
        for card in tuple(self.cards):
            if notice.topic and card.notice.topic == notice.topic:
                self._drop(card)
        if len(self.cards) >= _MOST:
            self._drop(self.cards[0])
        card = NoticeCard(notice)
        card.dismissed.connect(lambda: self._drop(card))
        self.cards.append(card)
        self._box.addWidget(card)
        self._announce(notice)
        self._place()

    def _announce(self, notice: Notice) -> None:
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, f"{notice.message} {notice.hint}".strip()))

    def _drop(self, card: NoticeCard) -> None:
        if card in self.cards:
            self.cards.remove(card)
            self._box.removeWidget(card)
            card.hide()
            card.deleteLater()
            self._place()

    def _place(self) -> None:
        self.setVisible(bool(self.cards))
        if not self.cards:
            return
        width = min(_WIDTH, self._over.width() - 2 * tokens.SPACE_4)
        self.setFixedWidth(width)
        height = self._box.totalHeightForWidth(width) if self._box.hasHeightForWidth() else self.sizeHint().height()
        self.setFixedHeight(height)
        x = tokens.SPACE_4 if self.isRightToLeft() else self._over.width() - width - tokens.SPACE_4
        self.move(x, tokens.HEADER_HEIGHT + tokens.SPACE_3)
        self.raise_()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._place()
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over and event.type() == QEvent.Type.Resize:
            self._place()
        return False
