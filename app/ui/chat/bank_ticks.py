"""The tick list of memory banks a chat looks things up in, each with its state in words. Must not call the engine."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from app.engine.domain.memory import Bank
from app.ui.memory.words import bank_words, counts
from app.ui.theme import tokens
from app.ui.widgets.basics import button, column, label
from app.ui.widgets.elided import ElidedLabel
from app.ui.widgets.visibility import show_when

_INDENT = 26


class BankTick(QWidget):
    """One bank: a check box with its name, its state below."""

    def __init__(self, bank: Bank) -> None:
        super().__init__()
        self.box = QCheckBox()
        self.state = ElidedLabel("", "secondary")
        self.state.setContentsMargins(_INDENT, 0, 0, 0)
        self.setLayout(column(self.box, self.state, spacing=1))
        self.show_bank(bank)

    def show_bank(self, bank: Bank) -> None:
        """Show the bank as it is now."""
        room = tokens.SIDE_PANEL_WIDTH - 2 * tokens.SPACE_4 - _INDENT - tokens.SPACE_2
        name = self.box.fontMetrics().elidedText(bank.name, Qt.TextElideMode.ElideRight, room)
        self.box.setText(name.replace("&", "&&"))
        self.box.setToolTip(bank.name if name != bank.name else "")
        words = bank_words(bank)
        if bank.stats.documents and not bank.problem and not bank.stats.failed:
            words = f"{words}  ·  {counts().documents(bank.stats.documents)}"
        self.state.setText(words)
        self.box.setAccessibleName(bank.name)
        self.box.setAccessibleDescription(words)
        # A bank that fails can still be taken out of a chat.
        self.setToolTip(bank.description)


class BankTicks(QWidget):
    """`changed()` follows every tick by the person, `manage_wanted()` the button of the empty list.

    Keyvalue banks are not searched by chats and stay away.
    """

    changed = Signal()
    manage_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.ticks: dict[str, BankTick] = {}
        self._ticked: tuple[str, ...] = ()
        self._known = False
        self._showing = False
        self.nothing = label(self.tr("There is no bank yet."), "secondary", wrap=True)
        self.manage = button(self.tr("Make a memory bank"), self.manage_wanted.emit, "quiet")
        self._list = column(spacing=tokens.SPACE_2)
        box = column(self._list, self.nothing, spacing=tokens.SPACE_1)
        box.addWidget(self.manage, 0, Qt.AlignmentFlag.AlignLeft)
        self.setLayout(box)
        show_when(self.nothing, False)
        show_when(self.manage, False)

    def show_banks(self, banks: Sequence[Bank], *, known: bool) -> None:
        """Offer these banks."""
        self._known = known
        offered = {bank.id: bank for bank in banks if bank.type != "keyvalue"}
        for gone in [bank_id for bank_id in self.ticks if bank_id not in offered]:
            tick = self.ticks.pop(gone)
            self._list.removeWidget(tick)
            tick.hide()
            tick.deleteLater()
        for bank in offered.values():
            if bank.id in self.ticks:
                self.ticks[bank.id].show_bank(bank)
            else:
                self._add(bank)
        for part in (self.nothing, self.manage):
            show_when(part, known and not offered)

    def show_bank(self, bank: Bank) -> None:
        """Follow the state of one bank."""
        if bank.id in self.ticks:
            self.ticks[bank.id].show_bank(bank)

    def show_ticked(self, bank_ids: Sequence[str]) -> None:
        """Tick these banks."""
        self._ticked = tuple(bank_ids)
        self._showing = True
        for bank_id, tick in self.ticks.items():
            tick.box.setChecked(bank_id in bank_ids)
        self._showing = False

    def ticked(self) -> tuple[str, ...]:
        """Return the ticked banks; one that was deleted is no longer among them."""
        return tuple(bank_id for bank_id in self._ticked if not self._known or bank_id in self.ticks)

    def _add(self, bank: Bank) -> None:
        tick = self.ticks[bank.id] = BankTick(bank)
        tick.box.setChecked(bank.id in self._ticked)
        tick.box.toggled.connect(lambda checked, bank_id=bank.id: self._on_toggled(bank_id, checked))
        self._list.addWidget(tick)

    def _on_toggled(self, bank_id: str, checked: bool) -> None:
        if self._showing:
            return
        others = tuple(each for each in self.ticked() if each != bank_id)
        self._ticked = (*others, bank_id) if checked else others
        self.changed.emit()
