"""The memory page: all banks, one bank, one document; the header says where one is and leads back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMenu, QStackedWidget, QWidget

from app.engine.domain.errors import PaddockError
from app.engine.domain.memory import Added, Bank, PartText
from app.ui.bridge.client import EngineClient
from app.ui.memory.bank_actions import BankActions
from app.ui.memory.bank_card import BankCard
from app.ui.memory.bank_dialog import NewBankDialog
from app.ui.memory.bank_view import PARTS, BankView
from app.ui.memory.banks_view import BanksView
from app.ui.memory.viewer import Viewer
from app.ui.memory.words import added_words
from app.ui.theme import tokens
from app.ui.widgets.action_button import action_button
from app.ui.widgets.basics import action, button, column, label, tool_button
from app.ui.widgets.elided import ElidedLabel
from app.ui.widgets.header_tabs import HeaderTabs
from app.ui.widgets.notice import Level, Notice, notice_of
from app.ui.widgets.page import PageMenu, PageWidget
from app.ui.widgets.visibility import show_when

Passage = tuple[str, str, int, int]


class MemoryPage(PageWidget):
    """`open_target` takes a bank id, "new", or a passage: (bank id, document id, start, end) opens the viewer there."""

    def __init__(self, client: EngineClient) -> None:
        super().__init__("")
        self.setAccessibleName(self.tr("Memory"))
        self.setAcceptDrops(True)
        self.client = client
        self._from_chat = False
        self.acts = BankActions(self, client)
        self.banks = BanksView(client, self.acts)
        self.bank = BankView(client, self.acts)
        self.viewer = Viewer(client)
        self._make_actions()
        self._lay_out()
        self._connect()
        self.show_banks()

    def menus(self) -> Sequence[PageMenu]:
        bank, viewer, documents = self.bank, self.viewer, self.bank.documents
        return (
            PageMenu(
                self.tr("&Memory"),
                (
                    self.new_action, self.acts.load, None, *bank.adding(), bank.folders.follow_action, None,
                    *self.acts.of_bank(), None, *self.part_actions, self.back_action,
                ),
            ),
            PageMenu(
                self.tr("&Documents"),
                (
                    documents.open_action, documents.retry_action, documents.cancel_action, documents.remove_action,
                    None, bank.pause_action, bank.resume_action, bank.cancel_action, bank.retry_action, None,
                    viewer.back_action, viewer.next_action, viewer.report_action,
                ),
            ),
        )  # fmt: skip

    def find(self) -> None:  # type: ignore[override]
        match self.stack.currentWidget():
            case self.viewer:
                self.viewer.find()
            case self.bank:
                self.bank.find()
                self._show_where()

    def open_target(self, target: object) -> None:
        if target == "new":
            self.new_bank()
        elif isinstance(target, str):
            self.open_bank(target)
        elif isinstance(target, tuple):
            self._from_chat = True
            self.open_passage(*cast("Passage", target))

    def shown(self) -> None:
        match self.stack.currentWidget():
            case self.viewer:
                self.viewer.text.setFocus()
            case self.bank:
                self.bank.take_focus()
            case _ if self.banks.cards:
                self.banks.focus_first()
            case _:
                self.setFocus()

    # Where one is.

    def show_banks(self) -> None:
        """Show all banks."""
        self._from_chat = False
        self.acts.confirm = self.banks.confirm
        self.stack.setCurrentWidget(self.banks)
        self._show_where()

    def open_bank(self, bank_id: str) -> None:
        """Show one bank."""
        self._from_chat = False
        self.client.memory.bank(bank_id).on(self, done=self._on_bank, failed=self._on_failed)

    def open_passage(self, bank_id: str, document_id: str, start: int = 0, end: int = 0) -> None:
        """Show a document with a passage marked; going back leads to its bank, or to the chat that asked."""
        if self.bank.bank is None or self.bank.bank.id != bank_id:
            self.client.memory.bank(bank_id).on(self, done=self._on_bank_of_passage, failed=self._on_failed)
        self.viewer.open(bank_id, document_id, start, end)

    def back(self) -> None:
        """Go one level up, or to the chat that asked for the document."""
        shown = self.stack.currentWidget()
        if shown is self.viewer and self._from_chat:
            self._from_chat = False
            self.navigate.emit("chat", None)
            self._to_bank()
        elif shown is self.viewer:
            self._to_bank()
        elif shown is self.bank:
            self.show_banks()

    def new_bank(self) -> None:
        """Ask for a new bank and show it."""
        dialog = NewBankDialog(self, self.client)
        dialog.agreed.connect(lambda bank: self.open_bank(bank.id))
        dialog.open()

    def _to_bank(self) -> None:
        if self.bank.bank is None:
            self.show_banks()
            return
        self.stack.setCurrentWidget(self.bank)
        self._show_where()

    def _on_bank(self, bank: Bank) -> None:
        self.bank.show_bank(bank)
        self.tabs.setCurrentIndex(0)
        self._to_bank()
        self.bank.take_focus()

    def _on_bank_of_passage(self, bank: Bank) -> None:
        self.bank.show_bank(bank)
        self._show_where()

    def _on_part(self, _part: PartText) -> None:
        if self.stack.currentWidget() is not self.viewer:
            self.stack.setCurrentWidget(self.viewer)
            self.viewer.text.setFocus()
        self._show_where()

    def _on_left(self) -> None:
        if self.stack.currentWidget() is not self.banks:
            self.show_banks()

    def _show_where(self) -> None:
        """Make the header say what is shown."""
        shown, bank = self.stack.currentWidget(), self.bank.bank
        in_bank, in_viewer = shown is self.bank, shown is self.viewer
        show_when(self._back, in_bank or in_viewer)
        inner = tokens.SPACE_3 if in_bank or in_viewer else tokens.SPACE_6
        self.header.setContentsMargins(inner, 0, tokens.SPACE_3, 0)
        show_when(self.title, not in_viewer and not in_bank)
        show_when(self._bank_crumb, in_viewer and bank is not None)
        show_when(self._chevron, in_viewer and bank is not None)
        show_when(self.crumb, in_bank or in_viewer)
        name = bank.name if bank is not None else ""
        self._bank_crumb.setText(self._bank_crumb.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, 200))
        self._bank_crumb.setAccessibleName(self.tr("Back to {name}").format(name=name))
        part = self.viewer.part
        self.crumb.setText(part.document.name if in_viewer and part is not None else name)
        show_when(self.tabs, in_bank and bank is not None and bank.type != "keyvalue")
        show_when(self._add, in_bank and bank is not None and bank.type != "keyvalue")
        show_when(self._more, in_bank)
        for shown_button in self._top_buttons:
            show_when(shown_button, not in_bank and not in_viewer)
        words = self.tr("Back to the chat") if in_viewer and self._from_chat else self.tr("Back")
        self.back_action.setToolTip(words)

    # Construction.

    def _make_actions(self) -> None:
        self.new_action = action(self, self.tr("New bank …"), self.new_bank, icon_name="plus", shortcut="Ctrl+N")
        self.back_action = action(self, self.tr("Back"), self.back, icon_name="chevron-left", shortcut="Alt+Left")
        self.add_action = action(self, self.tr("Add"), icon_name="plus")
        self.more_action = action(self, self.tr("More"), icon_name="ellipsis")
        names = (self.tr("Documents"), self.tr("Search"), self.tr("Folders"))
        self.part_actions = tuple(
            action(self, name, lambda number=number: self.tabs.setCurrentIndex(number), shortcut=f"Alt+{number + 1}")
            for number, name in enumerate(names)
        )

    def _lay_out(self) -> None:
        self.title.setText(self.tr("Memory"))
        self.header.setContentsMargins(tokens.SPACE_6, 0, tokens.SPACE_3, 0)
        self._back = tool_button(self.back_action)
        self._bank_crumb = button("", self._to_bank, "quiet")
        self._chevron = label("›", "muted")
        self.crumb = ElidedLabel("", "page-title")
        self.crumb.setMaximumWidth(420)
        self.tabs = HeaderTabs(self.tr("Parts of the bank"))
        # A long name gives way, not the tabs.
        self.tabs.setUsesScrollButtons(False)
        for item in self.part_actions:
            self.tabs.addTab(item.text())
        self._add = tool_button(self.add_action)
        self._add.setMenu(self.bank.add_menu)
        self._add.setPopupMode(self._add.ToolButtonPopupMode.InstantPopup)
        self._add.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._more = tool_button(self.more_action)
        menu = QMenu(self._more)
        self.acts.fill(menu)
        menu.insertAction(self.acts.export, self.bank.retry_action)
        self._more.setMenu(menu)
        self._more.setPopupMode(self._more.ToolButtonPopupMode.InstantPopup)
        self._top_buttons: tuple[QWidget, ...] = (
            action_button(self.acts.load, "quiet"), action_button(self.new_action, icon_name="plus"),
        )  # fmt: skip
        self.header.insertWidget(0, self._back)
        for part in (self._bank_crumb, self._chevron, self.crumb):
            self.header.addWidget(part)
        self.header.addWidget(self.tabs)
        self.header.addStretch(1)
        for shown in (self._add, self._more, *self._top_buttons):
            self.header.addWidget(shown)
        self.stack = QStackedWidget()
        for level in (self.banks, self.bank, self.viewer):
            self.stack.addWidget(level)
        self.body.setLayout(column(self.stack))

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(self._on_tab)
        self.acts.notify.connect(self.notify)
        self.acts.opened.connect(self.open_bank)
        self.banks.opened.connect(self.open_bank)
        self.banks.new_wanted.connect(self.new_bank)
        self.bank.notify.connect(self.notify)
        self.bank.left.connect(self._on_left)
        self.bank.opened.connect(self._on_opened)
        self.viewer.notify.connect(self.notify)
        self.viewer.shown.connect(self._on_part)
        self.client.memory.bank_changed.connect(self._on_bank_changed)
        self.client.memory.banks_changed.connect(self._show_where)

    def _on_tab(self, number: int) -> None:
        self.bank.show_part(PARTS[number])
        self.bank.take_focus()

    def _on_opened(self, bank_id: str, document_id: str, start: int, end: int) -> None:
        self._from_chat = False
        self.open_passage(bank_id, document_id, start, end)

    def _on_bank_changed(self, bank: Bank) -> None:
        if self.bank.bank is not None and self.bank.bank.id == bank.id and self.crumb.text() != bank.name:
            self._show_where()

    def _on_failed(self, error: PaddockError) -> None:
        self.notify.emit(notice_of(error, "memory"))

    # Drag and drop.

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_files(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = local_files(event)
        event.acceptProposedAction()
        bank_id = self._bank_under(event.position().toPoint())
        if self.stack.currentWidget() is not self.banks:
            self.bank.add(paths)
        elif bank_id:
            self._add_to(bank_id, paths)
        else:
            self._make_bank_of(paths)

    def _bank_under(self, spot: QPoint) -> str:
        widget = self.childAt(spot)
        while widget is not None and not isinstance(widget, BankCard):
            widget = widget.parentWidget()
        return widget.bank.id if isinstance(widget, BankCard) else ""

    def _make_bank_of(self, paths: Sequence[Path]) -> None:
        """Make a bank of what was dropped beside all banks, named after a single folder."""
        usual = paths[0].name if len(paths) == 1 and paths[0].suffix == "" else self.tr("My documents")
        taken = {bank.name for bank in self.client.memory.all_banks}
        name = next(each for each in (usual, *(f"{usual} {n}" for n in range(2, 10_000))) if each not in taken)

        def made(bank: Bank) -> None:
            self._on_bank(bank)
            self.bank.add(paths)

        self.client.memory.create_bank(name).on(self, done=made, failed=self._on_failed)

    def _add_to(self, bank_id: str, paths: Sequence[Path]) -> None:
        def done(added: Added) -> None:
            words, refused = added_words(added)
            level: Level = "warning" if refused else "success"
            show = (self.tr("Show"), lambda: self.open_bank(bank_id))
            self.notify.emit(Notice(words, refused, level, actions=(show,), topic="documents-added"))

        self.client.memory.add_paths(bank_id, paths).on(self, done=done, failed=self._on_failed)


def local_files(event: QDropEvent) -> list[Path]:
    """Return the files and folders that are being dropped."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
