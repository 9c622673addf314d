"""The first part of the memory page: all banks as cards in one or two columns, or the invitation to make one."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QStackedWidget, QWidget

from app.engine.domain.memory import Bank
from app.ui.bridge.client import EngineClient
from app.ui.memory.bank_actions import BankActions
from app.ui.memory.bank_card import BankCard
from app.ui.theme import tokens
from app.ui.widgets.basics import column, label
from app.ui.widgets.confirm_card import ConfirmCard
from app.ui.widgets.empty import EmptyState
from app.ui.widgets.scrolling import centred, scrolled

_WIDE, _MOST_WIDTH = 700, 1100


class BanksView(QStackedWidget):
    """`opened(bank id)`, `new_wanted()`."""

    opened = Signal(str)
    new_wanted = Signal()

    def __init__(self, client: EngineClient, acts: BankActions) -> None:
        super().__init__()
        self._client, self._acts = client, acts
        self.cards: dict[str, BankCard] = {}
        self._columns = 0
        self.confirm = ConfirmCard()
        self.intro = label(
            self.tr("Banks hold your documents for chats to look things up in. They never leave this computer."),
            "muted", wrap=True,
        )  # fmt: skip
        self._grid = QGridLayout()
        self._grid.setSpacing(tokens.SPACE_4)
        inner = QWidget()
        margins = (tokens.SPACE_6, tokens.SPACE_4, tokens.SPACE_6, tokens.SPACE_6)
        inner.setLayout(column(self.intro, self.confirm, self._grid, None, spacing=tokens.SPACE_4, margins=margins))
        self.area = scrolled(centred(inner, _MOST_WIDTH), self.tr("Memory banks"))
        words = self.tr("Give Paddock documents to answer from: drop files or folders here, or make an empty bank.")
        self.empty = EmptyState("library", words, self.tr("New bank"), self.new_wanted.emit)
        self.waiting = QWidget()
        for part in (self.waiting, self.area, self.empty):
            self.addWidget(part)
        client.memory.banks_changed.connect(self.refresh)
        client.memory.bank_changed.connect(self._on_bank)
        if client.memory.known:
            self.refresh()

    def refresh(self) -> None:
        """Show the banks there are; a card that is there already is kept, with its focus."""
        banks = {bank.id: bank for bank in self._client.memory.all_banks}
        for gone in [bank_id for bank_id in self.cards if bank_id not in banks]:
            card = self.cards.pop(gone)
            self._grid.removeWidget(card)
            card.hide()
            card.deleteLater()
        for bank in banks.values():
            self._put(bank)
        self.cards = {bank_id: self.cards[bank_id] for bank_id in banks}
        self._columns = 0
        self._arrange()
        self.setCurrentWidget(self.area if banks else self.empty)

    def focus_first(self) -> None:
        """Give the keyboard somewhere to start."""
        if self.cards:
            next(iter(self.cards.values())).setFocus()

    def _put(self, bank: Bank) -> None:
        if bank.id in self.cards:
            self.cards[bank.id].show_bank(bank)
            return
        card = self.cards[bank.id] = BankCard(bank)
        card.opened.connect(self.opened)
        card.menu_wanted.connect(self._on_menu)
        self._acts.fill(card.menu)

    def _on_menu(self, bank_id: str) -> None:
        self._acts.confirm = self.confirm
        self._acts.set_bank(self._client.memory.last(bank_id))

    def _on_bank(self, bank: Bank) -> None:
        if bank.id in self.cards:
            self.cards[bank.id].show_bank(bank)

    def _arrange(self) -> None:
        columns = 2 if self.width() >= _WIDE else 1
        if columns == self._columns:
            return
        self._columns = columns
        for number, card in enumerate(self.cards.values()):
            self._grid.addWidget(card, number // columns, number % columns)
        for number in range(2):
            self._grid.setColumnStretch(number, 1 if number < columns else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._arrange)
