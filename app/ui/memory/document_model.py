"""The documents of one bank as an item model, newest first: fetched page by page, followed without fetching again.

Rows are found by id without searching, so that a bank of a hundred thousand documents stays quick. Must not hold more
than what was scrolled to or has just been added.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from app.engine.domain.errors import PaddockError
from app.engine.domain.memory import WORKING, Document, DocumentPage, DocumentState
from app.ui.bridge.client import EngineClient
from app.ui.bridge.handle import Handle
from app.ui.memory.words import counts, document_words
from app.ui.widgets.words import size_words

Index = QModelIndex | QPersistentModelIndex

DOCUMENT_ROLE = Qt.ItemDataRole.UserRole + 1
STATE_ROLE = Qt.ItemDataRole.UserRole + 2
FACTS_ROLE = Qt.ItemDataRole.UserRole + 3

PAGE = 200
FILTERS: dict[str, tuple[DocumentState, ...]] = {
    "all": (),
    "working": (*WORKING, "paused"),
    "ready": ("ready",),
    "failed": ("failed",),
    "cancelled": ("cancelled",),
}


class DocumentModel(QAbstractListModel):
    """`arranged()` follows every answer and change; `total` counts what matches, also what is not fetched yet."""

    arranged = Signal()
    failed = Signal(object)

    def __init__(self, client: EngineClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._memory = client.memory
        self.bank_id = ""
        self.total = 0
        self.known = False
        self._name = ""
        self._states: tuple[DocumentState, ...] = ()
        self._documents: list[Document] = []
        self._places: dict[str, int] = {}
        self._first = 0
        self._has_more = False
        self._fetching: Handle | None = None
        self._memory.documents_changed.connect(self._on_changed)
        self._memory.documents_removed.connect(self._on_removed)

    def show_bank(self, bank_id: str) -> None:
        """Show the documents of a bank, all of them again."""
        self.bank_id, self._name, self._states = bank_id, "", ()
        self.refresh()

    def narrow(self, name: str, which: str) -> None:
        """Show documents whose name has this part and whose state is of a filter of FILTERS."""
        wanted = (name.strip(), FILTERS[which])
        if wanted != (self._name, self._states):
            self._name, self._states = wanted
            self.refresh()

    @property
    def narrowed(self) -> bool:
        """Tell whether a name or a state hides documents."""
        return bool(self._name or self._states)

    def refresh(self) -> None:
        """Fetch the first page anew."""
        self.beginResetModel()
        self._documents, self._places, self._first = [], {}, 0
        self._has_more, self.known, self.total = False, False, 0
        self.endResetModel()
        self._fetch(None)

    def row_of(self, document_id: str) -> int:
        """Return the row of a document, -1 when it is not fetched or hidden."""
        place = self._places.get(document_id)
        return -1 if place is None else place - self._first

    def document(self, row: int) -> Document:
        """Return the document of a row."""
        return self._documents[row]

    # Fetching.

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and self._has_more and self._fetching is None

    def fetchMore(self, parent: Index) -> None:
        if self.canFetchMore(parent):
            self._fetch(self._documents[-1].id)

    def _fetch(self, after: str | None) -> None:
        if self._fetching is not None:
            self._fetching.cancel()
        self._fetching = self._memory.documents(
            self.bank_id, after=after, limit=PAGE, states=self._states, name=self._name
        ).on(self, done=self._on_page, failed=self._on_failed)

    def _on_page(self, page: DocumentPage) -> None:
        self._fetching = None
        self.known = True
        self._has_more, self.total = page.has_more, page.total
        new = [document for document in page.documents if document.id not in self._places]
        if new:
            row = len(self._documents)
            self.beginInsertRows(QModelIndex(), row, row + len(new) - 1)
            for offset, document in enumerate(new):
                self._places[document.id] = self._first + row + offset
            self._documents += new
            self.endInsertRows()
        self.arranged.emit()

    def _on_failed(self, error: PaddockError) -> None:
        self._fetching = None
        self.failed.emit(error)

    # Following.

    def _matches(self, document: Document) -> bool:
        stated = not self._states or document.state in self._states
        return stated and self._name.casefold() in document.name.casefold()

    def _on_changed(self, bank_id: str, documents: Sequence[Document]) -> None:
        if bank_id != self.bank_id:
            return
        new: list[Document] = []
        gone: list[str] = []
        rows: list[int] = []
        for document in documents:
            row = self.row_of(document.id)
            if row >= 0 and self._matches(document):
                self._documents[row] = document
                rows.append(row)
            elif row >= 0:
                gone.append(document.id)
            elif self._matches(document) and self._is_new(document):
                new.append(document)
        if rows:
            self.dataChanged.emit(self.index(min(rows)), self.index(max(rows)))
        self._take_away(gone)
        self._put_on_top(new)
        self.arranged.emit()

    def _is_new(self, document: Document) -> bool:
        """Tell whether a document belongs above those there are, not to pages that were never fetched."""
        newest = self._documents[0].created_at if self._documents else 0.0
        return not self._has_more or document.created_at >= newest

    def _put_on_top(self, documents: Sequence[Document]) -> None:
        if not documents:
            return
        ordered = sorted(documents, key=lambda document: document.created_at, reverse=True)
        self.beginInsertRows(QModelIndex(), 0, len(ordered) - 1)
        self._first -= len(ordered)
        for offset, document in enumerate(ordered):
            self._places[document.id] = self._first + offset
        self._documents[:0] = ordered
        self.total += len(ordered)
        self.endInsertRows()

    def _on_removed(self, bank_id: str, document_ids: Sequence[str]) -> None:
        if bank_id == self.bank_id:
            hidden = [each for each in document_ids if each not in self._places]
            if not self.narrowed:
                self.total = max(len(self._documents), self.total - len(hidden))
            self._take_away(document_ids)
            self.arranged.emit()

    def _take_away(self, document_ids: Sequence[str]) -> None:
        gone = {each for each in document_ids if each in self._places}
        if not gone:
            return
        if len(gone) > 50:
            self.beginResetModel()
            self._documents = [document for document in self._documents if document.id not in gone]
            self.endResetModel()
        else:
            for row in sorted((self.row_of(each) for each in gone), reverse=True):
                self.beginRemoveRows(QModelIndex(), row, row)
                del self._documents[row]
                self.endRemoveRows()
        self.total = max(0, self.total - len(gone))
        self._first = 0
        self._places = {document.id: row for row, document in enumerate(self._documents)}

    # What views read.

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._documents)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        document = self._documents[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return document.name
            case Qt.ItemDataRole.AccessibleTextRole | Qt.ItemDataRole.ToolTipRole:
                return f"{document.name}, {document_words(document)}"
            case _ if role == DOCUMENT_ROLE:
                return document
            case _ if role == STATE_ROLE:
                return document.state
            case _ if role == FACTS_ROLE:
                return _facts(document)
        return None


def _facts(document: Document) -> str:
    parts = [document_words(document)]
    if document.state == "ready":
        parts.append(counts().passages(document.report.chunks))
    if document.size_bytes and document.state != "failed":
        parts.append(size_words(document.size_bytes))
    return "  ·  ".join(parts)
