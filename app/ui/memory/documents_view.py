"""The documents of a bank: a list with search by name and by state, and the report of the chosen one beside it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QLineEdit, QMenu, QSplitter, QStackedWidget, QWidget

from app.engine.domain.errors import PaddockError
from app.ui.bridge.client import EngineClient
from app.ui.memory.bank_actions import freed_words
from app.ui.memory.document_details import DocumentDetails
from app.ui.memory.document_model import DOCUMENT_ROLE, FACTS_ROLE, STATE_ROLE, DocumentModel
from app.ui.memory.words import counts
from app.ui.theme import tokens
from app.ui.theme.icons import icon
from app.ui.widgets.basics import action, column, label, row
from app.ui.widgets.empty import EmptyState
from app.ui.widgets.fields import prepare_field
from app.ui.widgets.notice import Notice, notice_of
from app.ui.widgets.scrolling import scrolled
from app.ui.widgets.two_line_list import two_line_list

_WIDTH, _LEAST, _SEARCH_MS = 380, 280, 200


class DocumentsView(QStackedWidget):
    """`opened(document id)`, `add_wanted()`, `pasted()`, `notify(Notice)`.

    `usable` False leaves the invitation to add something away: the bank has a problem.
    """

    opened = Signal(str)
    add_wanted = Signal()
    pasted = Signal()
    notify = Signal(object)

    def __init__(self, client: EngineClient) -> None:
        super().__init__()
        self._client = client
        self.usable = True
        self.model = DocumentModel(client, self)
        self.details = DocumentDetails()
        self.confirm = self.details.confirm
        self.list = two_line_list(self.tr("Documents"), STATE_ROLE, FACTS_ROLE)
        self.list.setModel(self.model)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.search = self._make_search()
        self.states = self._make_states()
        self.figure = label("", "secondary")
        self._searching = QTimer(self, singleShot=True, interval=_SEARCH_MS)
        self._searching.timeout.connect(self._narrow)
        self._make_actions()
        words = self.tr("Drop files or folders here, or paste text. They are read on this computer.")
        self.empty = EmptyState("file-text", words, self.tr("Add files …"), self.add_wanted.emit)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setHandleWidth(1)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self._left())
        self.split.addWidget(self._right())
        self.split.setStretchFactor(1, 1)
        self.split.setSizes([_WIDTH, 700])
        self.waiting = QWidget()
        for part in (self.waiting, self.split, self.empty):
            self.addWidget(part)
        self._connect()

    def show_bank(self, bank_id: str) -> None:
        """Show the documents of a bank."""
        self.search.clear()
        self.states.setCurrentIndex(0)
        self._searching.stop()
        self.confirm.hide()
        self.details.document = None
        self.right.setCurrentIndex(0)
        self.model.show_bank(bank_id)

    def selected_ids(self) -> tuple[str, ...]:
        """Return the ids of the chosen documents, in the order of the list."""
        rows = sorted(index.row() for index in self.list.selectionModel().selectedIndexes())
        return tuple(self.model.document(row).id for row in rows)

    def ask_remove(self, document_ids: Sequence[str]) -> None:
        """Ask in place, naming the documents and what is lost."""
        if not document_ids:
            return
        row = self.model.row_of(document_ids[0])
        name = self.model.document(row).name if row >= 0 else ""
        one = self.tr("Remove “{name}” from this bank?").format(name=name)
        several = self.tr("Remove {documents} from this bank?").format(documents=counts().documents(len(document_ids)))
        consequence = self.tr(
            "Their text and index are deleted for good. The files they came from stay where they are."
        )
        self.confirm.ask(
            one if len(document_ids) == 1 else several, consequence, self.tr("Remove"),
            lambda: self._remove(tuple(document_ids)),
        )  # fmt: skip

    # Construction.

    def _make_search(self) -> QLineEdit:
        field = QLineEdit(placeholderText=self.tr("Search by name"))
        field.setProperty("kind", "search")
        field.setAccessibleName(self.tr("Search documents by name"))
        field.setClearButtonEnabled(True)
        field.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        return field

    def _make_states(self) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(self.tr("Show documents that are"))
        for words, which in (
            (self.tr("All"), "all"),
            (self.tr("In work"), "working"),
            (self.tr("Ready"), "ready"),
            (self.tr("Failed"), "failed"),
            (self.tr("Cancelled"), "cancelled"),
        ):
            box.addItem(words, which)
        prepare_field(box)
        return box

    def _make_actions(self) -> None:
        self.open_action = action(self, self.tr("Open document"), self._open, icon_name="eye")
        self.retry_action = action(self, self.tr("Try again"), lambda: self._retry(self.selected_ids()))
        self.cancel_action = action(self, self.tr("Stop reading"), lambda: self._cancel(self.selected_ids()))
        self.remove_action = action(
            self, self.tr("Remove documents …"), lambda: self.ask_remove(self.selected_ids()), icon_name="trash-2",
            shortcut=QKeySequence.StandardKey.Delete,
        )  # fmt: skip
        self._enable()

    def _left(self) -> QWidget:
        self.nothing = label(self.tr("No document fits."), "secondary", wrap=True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.nothing.setContentsMargins(16, 24, 16, 0)
        self.lists = QStackedWidget()
        self.lists.addWidget(self.list)
        self.lists.addWidget(self.nothing)
        line = row(spacing=tokens.SPACE_2)
        line.addWidget(self.search, 1)
        line.addWidget(self.states)
        top = column(line, margins=(tokens.SPACE_3, tokens.SPACE_3, tokens.SPACE_3, tokens.SPACE_2))
        foot = row(self.figure, None, margins=(tokens.SPACE_4, 4, tokens.SPACE_4, 6))
        box = column(top, self.lists, foot)
        box.setStretch(1, 1)
        holder = QWidget()
        holder.setProperty("kind", "window")
        holder.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        holder.setMinimumWidth(_LEAST)
        holder.setLayout(box)
        return holder

    def _right(self) -> QWidget:
        self.right = QStackedWidget()
        self.right.addWidget(QWidget())
        self.right.addWidget(scrolled(self.details, self.tr("Report")))
        self.right.setMinimumWidth(300)
        return self.right

    def _connect(self) -> None:
        self.search.textChanged.connect(lambda _text: self._searching.start())
        self.states.currentIndexChanged.connect(lambda _row: self._narrow())
        self.model.arranged.connect(self._follow)
        self.model.failed.connect(self._on_failed)
        self.model.dataChanged.connect(self._on_data)
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.list.selectionModel().selectionChanged.connect(lambda *_change: self._enable())
        self.list.activated.connect(lambda _index: self._open())
        self.list.customContextMenuRequested.connect(self._on_menu)
        paste = QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), self.list)
        paste.setContext(Qt.ShortcutContext.WidgetShortcut)
        paste.activated.connect(self.pasted)
        self.details.opened.connect(self.opened)
        self.details.retried.connect(self._retry)
        self.details.cancelled.connect(self._cancel)
        self.details.removed.connect(self.ask_remove)

    # What is shown.

    def _narrow(self) -> None:
        self.model.narrow(self.search.text(), str(self.states.currentData()))

    def _follow(self) -> None:
        rows = self.model.rowCount()
        self.figure.setText(counts().documents(self.model.total))
        if not self.model.known and not rows:
            return
        self.lists.setCurrentWidget(self.list if rows else self.nothing)
        nothing = self.empty if self.usable else self.waiting
        self.setCurrentWidget(self.split if rows or self.model.narrowed else nothing)
        if not rows:
            self.right.setCurrentIndex(0)
            self.details.document = None
        elif not self.list.currentIndex().isValid():
            self.list.setCurrentIndex(self.model.index(0))
        self._enable()

    def _on_current(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid():
            self.details.show_document(current.data(DOCUMENT_ROLE))
            self.right.setCurrentIndex(1)

    def _on_data(self, first: QModelIndex, last: QModelIndex) -> None:
        shown = self.details.document
        row = self.model.row_of(shown.id) if shown is not None else -1
        if first.row() <= row <= last.row():
            self.details.show_document(self.model.document(row))

    def _enable(self) -> None:
        documents = [self.model.document(index.row()) for index in self.list.selectionModel().selectedIndexes()]
        states = {document.state for document in documents}
        self.open_action.setEnabled(len(documents) == 1 and states == {"ready"})
        self.retry_action.setEnabled(bool(states & {"failed", "cancelled"}))
        self.cancel_action.setEnabled(bool(states - {"ready", "failed", "cancelled"}))
        self.remove_action.setEnabled(bool(documents))

    def _on_menu(self, spot: QPoint) -> None:
        if not self.list.indexAt(spot).isValid():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([self.open_action, self.retry_action, self.cancel_action])
        menu.addSeparator()
        menu.addAction(self.remove_action)
        menu.popup(self.list.viewport().mapToGlobal(spot))

    # What is done.

    def _open(self) -> None:
        document = self.list.currentIndex().data(DOCUMENT_ROLE)
        if document is not None and document.state == "ready":
            self.opened.emit(document.id)

    def _retry(self, document_ids: Sequence[str], ocr: bool = False) -> None:
        if document_ids:
            self._client.memory.retry_documents(self.model.bank_id, document_ids, ocr=ocr).on(
                self, failed=self._on_failed
            )

    def _cancel(self, document_ids: Sequence[str]) -> None:
        if document_ids:
            self._client.memory.cancel_documents(self.model.bank_id, document_ids).on(self, failed=self._on_failed)

    def _remove(self, document_ids: tuple[str, ...]) -> None:
        words = self.tr("{documents} removed.").format(documents=counts().documents(len(document_ids)))

        def done(freed: int) -> None:
            self.notify.emit(Notice(words, freed_words(freed), "success", topic="documents-removed", seconds=8))

        self._client.memory.remove_documents(self.model.bank_id, document_ids).on(
            self, done=done, failed=self._on_failed
        )

    def _on_failed(self, error: PaddockError) -> None:
        self.notify.emit(notice_of(error, "documents"))
