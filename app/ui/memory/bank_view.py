"""One bank: its head, then documents, search and folders (or the table of a keyvalue bank), and adding to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Signal
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu, QStackedWidget, QWidget

from app.engine.domain.errors import PaddockError
from app.engine.domain.memory import Added, Bank, Document
from app.ui.bridge.client import EngineClient
from app.ui.bridge.handle import Handle
from app.ui.memory.adding import AddressDialog, TextDialog
from app.ui.memory.bank_actions import BankActions
from app.ui.memory.bank_head import BankHead
from app.ui.memory.documents_view import DocumentsView
from app.ui.memory.entries_view import EntriesView
from app.ui.memory.folders_view import FoldersView
from app.ui.memory.search_view import SearchView
from app.ui.memory.words import added_words
from app.ui.widgets.basics import action, column, hairline
from app.ui.widgets.notice import Notice, notice_of

PARTS = ("documents", "search", "folders")


class BankView(QWidget):
    """`opened(bank id, document id, start, end)`, `left()` when the bank is gone, `notify(Notice)`."""

    opened = Signal(str, str, int, int)
    left = Signal()
    notify = Signal(object)

    def __init__(self, client: EngineClient, acts: BankActions) -> None:
        super().__init__()
        self._client, self._acts = client, acts
        self.bank: Bank | None = None
        self.documents = DocumentsView(client)
        self.search = SearchView(client)
        self.folders = FoldersView(client)
        self.entries = EntriesView(client)
        self._make_actions()
        self.head = BankHead(self.pause_action, self.resume_action, self.cancel_action, acts.model)
        self.stack = QStackedWidget()
        for part in (self.documents, self.search, self.folders, self.entries):
            self.stack.addWidget(part)
            part.notify.connect(self.notify)
        box = column(self.head, hairline())
        box.addWidget(self.stack, 1)
        self.setLayout(box)
        self._connect()

    def show_bank(self, bank: Bank) -> None:
        """Show a bank from its documents on."""
        self.bank = bank
        self.head.confirm.hide()
        self._acts.confirm = self.head.confirm
        self._acts.set_bank(bank)
        if bank.type == "keyvalue":
            self.entries.show_bank(bank.id)
        else:
            self.documents.show_bank(bank.id)
            self.folders.show_bank(bank.id)
        self._follow(bank)
        self.show_part("documents")

    def show_part(self, name: str) -> None:
        """Bring documents, search or folders to front."""
        keyvalue = self.bank is not None and self.bank.type == "keyvalue"
        self.stack.setCurrentIndex(3 if keyvalue else PARTS.index(name))

    def take_focus(self) -> None:
        """Start where the shown part starts."""
        match self.stack.currentWidget():
            case self.search:
                self.search.take_focus()
            case self.entries:
                self.entries.key.setFocus()
            case self.documents:
                self.documents.list.setFocus()

    def find(self) -> None:  # type: ignore[override]
        """Take the focus to the field that finds something in the shown part."""
        shown = self.stack.currentWidget()
        if shown is self.documents:
            self.documents.search.setFocus()
        elif shown is self.entries:
            self.entries.search.setFocus()
        else:
            self.show_part("search")
            self.search.take_focus()

    # Adding.

    def add(self, paths: Sequence[Path]) -> None:
        """Add files, and the files of folders."""
        if self.bank is not None and paths and self.add_files_action.isEnabled():
            self._client.memory.add_paths(self.bank.id, paths).on(self, done=self._on_added, failed=self._on_failed)
            self.show_part("documents")

    def choose_files(self) -> None:
        """Ask for files and add them."""
        names, _filter = QFileDialog.getOpenFileNames(self, self.tr("Add files"), documents_folder())
        self.add([Path(name) for name in names])

    def choose_folder(self) -> None:
        """Ask for a folder and add its files once."""
        name = QFileDialog.getExistingDirectory(self, self.tr("Add a folder"), documents_folder())
        if name:
            self.add([Path(name)])

    def ask_for_text(self, text: str = "") -> None:
        """Ask for text and add it."""
        dialog = TextDialog(self, text)
        dialog.given.connect(self._add_text)
        dialog.open()

    def ask_for_address(self, address: str = "") -> None:
        """Ask for an address, and fetch it when the person agrees to it."""
        dialog = AddressDialog(self, address)
        dialog.agreed.connect(self._add_address)
        dialog.open()

    def offer_pasted(self) -> None:
        """Offer to add what is in the clipboard: files at once, an address or text after asking."""
        mime = QGuiApplication.clipboard().mimeData()
        files = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
        text = mime.text().strip()
        if files:
            self.add(files)
        elif text.startswith(("http://", "https://")) and len(text.split()) == 1:
            self.ask_for_address(text)
        elif text:
            self.ask_for_text(text)

    def adding(self) -> tuple[QAction, ...]:
        """Return the actions that add something."""
        return self.add_files_action, self.add_folder_action, self.text_action, self.address_action

    def _make_actions(self) -> None:
        self.add_files_action = action(
            self, self.tr("Add files …"), self.choose_files, icon_name="file-up", shortcut="Ctrl+O"
        )
        self.add_folder_action = action(
            self, self.tr("Add a folder …"), self.choose_folder, icon_name="folder-open", shortcut="Ctrl+Shift+O"
        )
        self.text_action = action(
            self, self.tr("Paste text …"), self.ask_for_text, icon_name="file-text", shortcut="Ctrl+T"
        )
        self.address_action = action(self, self.tr("Add a web page …"), self.ask_for_address, icon_name="globe")
        memory = self._client.memory
        self.pause_action = action(self, self.tr("Pause reading"), lambda: self._tell(memory.pause), icon_name="pause")
        self.resume_action = action(self, self.tr("Go on reading"), lambda: self._tell(memory.resume), icon_name="play")
        self.cancel_action = action(
            self, self.tr("Stop reading all"), lambda: self._tell(memory.cancel_documents), icon_name="x"
        )
        self.retry_action = action(
            self, self.tr("Try all failed again"), lambda: self._tell(memory.retry_documents), icon_name="rotate-ccw"
        )
        self.add_menu = QMenu(self.tr("Add"), self)
        self.add_menu.addActions(list(self.adding()))

    def _connect(self) -> None:
        self.documents.opened.connect(self._open_document)
        self.documents.add_wanted.connect(self.choose_files)
        self.documents.pasted.connect(self.offer_pasted)
        self.search.opened.connect(
            lambda hit: self.opened.emit(hit.bank_id, hit.document_id, hit.chunk.start, hit.chunk.end)
        )
        self._client.memory.bank_changed.connect(self._on_bank)
        self._client.memory.banks_changed.connect(self._on_banks)

    def _open_document(self, document_id: str) -> None:
        if self.bank is not None:
            self.opened.emit(self.bank.id, document_id, 0, 0)

    # What is shown.

    def _follow(self, bank: Bank) -> None:
        self.bank = bank
        self.documents.usable = not bank.problem
        self.head.show_bank(bank)
        self.search.show_bank(bank)
        working = bank.stats.working > 0
        self.pause_action.setVisible(working and not bank.paused)
        self.resume_action.setVisible(working and bank.paused)
        self.cancel_action.setVisible(working)
        self.retry_action.setEnabled(bank.stats.failed + bank.stats.cancelled > 0)
        for item in self.adding():
            item.setEnabled(bank.type != "keyvalue" and not bank.problem)

    def _on_bank(self, bank: Bank) -> None:
        if self.bank is not None and bank.id == self.bank.id:
            self._follow(bank)
            if self._acts.bank_id == bank.id:
                self._acts.set_bank(bank)

    def _on_banks(self) -> None:
        if self.bank is None or self.bank.session_id is not None:
            return
        bank = self._client.memory.last(self.bank.id)
        if bank is not None:
            self._on_bank(bank)
        else:
            # The list may be older than the bank: only the engine knows whether it is gone.
            self._client.memory.bank(self.bank.id).on(
                self, done=self._on_bank, failed=partial(self._leave, self.bank.id)
            )

    def _leave(self, bank_id: str, _error: PaddockError) -> None:
        if self.bank is not None and self.bank.id == bank_id:
            self.bank = None
            self.left.emit()

    # What is done.

    def _add_text(self, name: str, text: str) -> None:
        if self.bank is not None:
            self._client.memory.add_text(self.bank.id, name, text).on(
                self, done=self._on_document, failed=self._on_failed
            )

    def _add_address(self, url: str) -> None:
        if self.bank is not None:
            self._client.memory.add_url(self.bank.id, url).on(self, done=self._on_document, failed=self._on_failed)

    def _on_document(self, document: Document) -> None:
        words = self.tr("“{name}” was added.").format(name=document.name)
        self.notify.emit(Notice(words, level="success", topic="documents-added", seconds=6))
        self.show_part("documents")

    def _on_added(self, added: Added) -> None:
        words, refused = added_words(added)
        told = Notice(words, level="success", topic="documents-added", seconds=6)
        if refused:
            told = Notice(words, refused, "warning", topic="documents-added")
        self.notify.emit(told)

    def _tell(self, verb: Callable[[str], Handle]) -> None:
        if self.bank is not None:
            verb(self.bank.id).on(self, failed=self._on_failed)

    def _on_failed(self, error: PaddockError) -> None:
        self.notify.emit(notice_of(error, "bank"))


def documents_folder() -> str:
    """Return where a person keeps documents."""
    return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
