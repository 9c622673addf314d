"""A keyvalue bank as a table: add, change in place, remove with undo, narrow by the start of the key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLineEdit, QTableView, QWidget

from app.engine.domain.errors import PaddockError
from app.engine.domain.memory import Entry
from app.ui.bridge.client import EngineClient
from app.ui.memory.words import counts
from app.ui.theme import tokens
from app.ui.theme.icons import icon
from app.ui.widgets.action_button import action_button
from app.ui.widgets.basics import action, column, label, row
from app.ui.widgets.notice import Notice, notice_of

Index = QModelIndex | QPersistentModelIndex
_MOST, _SEARCH_MS, _KEY_WIDTH = 1000, 200, 240


class EntryModel(QAbstractTableModel):
    """Keys and values; `changed(Entry)` asks for a new value."""

    changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.entries: list[Entry] = []

    def fill(self, entries: Sequence[Entry]) -> None:
        """Show these entries."""
        self.beginResetModel()
        self.entries = list(entries)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.entries)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else 2

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if index.isValid() and role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            entry = self.entries[index.row()]
            return entry.value if index.column() else entry.key
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        entry = self.entries[index.row()]
        if index.column() != 1 or str(value) == entry.value:
            return False
        self.entries[index.row()] = Entry(key=entry.key, value=str(value))
        self.dataChanged.emit(index, index)
        self.changed.emit(self.entries[index.row()])
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        usual = super().flags(index)
        return usual | Qt.ItemFlag.ItemIsEditable if index.column() == 1 else usual

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return (self.tr("Key"), self.tr("Value"))[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None


class EntriesView(QWidget):
    """`notify(Notice)`."""

    notify = Signal(object)

    def __init__(self, client: EngineClient) -> None:
        super().__init__()
        self._client = client
        self.bank_id = ""
        self.model = EntryModel(self)
        self.model.changed.connect(self._put)
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setAccessibleName(self.tr("Entries"))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(tokens.ROW_HEIGHT)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.table.horizontalHeader().setHighlightSections(False)
        self.table.setColumnWidth(0, _KEY_WIDTH)
        self.search = self._line(self.tr("Search by key"))
        self.search.setProperty("kind", "search")
        self.search.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.key = self._line(self.tr("Key"))
        self.value = self._line(self.tr("Value"))
        self.figure = label("", "secondary")
        self.add_action = action(self, self.tr("Add entry"), self._add, icon_name="plus")
        self.remove_action = action(
            self, self.tr("Remove entries"), self._remove, icon_name="trash-2",
            shortcut=QKeySequence.StandardKey.Delete,
        )  # fmt: skip
        self._searching = QTimer(self, singleShot=True, interval=_SEARCH_MS)
        self._searching.timeout.connect(self.refresh)
        self.search.textChanged.connect(lambda _text: self._searching.start())
        self.key.textChanged.connect(lambda _text: self._enable())
        self.key.returnPressed.connect(self.value.setFocus)
        self.value.returnPressed.connect(self.add_action.trigger)
        self.table.selectionModel().selectionChanged.connect(lambda *_change: self._enable())
        self._lay_out()
        self._enable()

    def show_bank(self, bank_id: str) -> None:
        """Show the entries of a bank."""
        self.bank_id = bank_id
        self.search.clear()
        self._searching.stop()
        self.model.fill(())
        self.refresh()

    def refresh(self) -> None:
        """Ask for the entries anew."""
        self._client.memory.entries(self.bank_id, prefix=self.search.text().strip(), limit=_MOST).on(
            self, done=self._fill, failed=lambda error: self.notify.emit(notice_of(error, "entries"))
        )

    def _line(self, name: str) -> QLineEdit:
        made = QLineEdit(placeholderText=name)
        made.setAccessibleName(name)
        return made

    def _lay_out(self) -> None:
        new = row(spacing=tokens.SPACE_2)
        new.addWidget(self.key, 1)
        new.addWidget(self.value, 2)
        new.addWidget(action_button(self.add_action))
        foot = row(self.figure, None, action_button(self.remove_action, "quiet"))
        box = column(
            self.search, new, self.table, foot, spacing=tokens.SPACE_3,
            margins=(tokens.SPACE_6, tokens.SPACE_4, tokens.SPACE_6, tokens.SPACE_3),
        )  # fmt: skip
        box.setStretch(2, 1)
        self.setLayout(box)

    def _fill(self, entries: Sequence[Entry]) -> None:
        self.model.fill(entries)
        self.figure.setText(counts().entries(len(entries)))
        self._enable()

    def _enable(self) -> None:
        self.add_action.setEnabled(bool(self.key.text().strip()))
        self.remove_action.setEnabled(self.table.selectionModel().hasSelection())

    def _add(self) -> None:
        entry = Entry(key=self.key.text().strip(), value=self.value.text())
        self.key.clear()
        self.value.clear()
        self.key.setFocus()
        self._put(entry)

    def _put(self, entry: Entry) -> None:
        self._client.memory.put_entry(self.bank_id, entry).on(
            self, done=lambda _none: self.refresh(), failed=self._on_failed
        )

    def _remove(self) -> None:
        rows = sorted({index.row() for index in self.table.selectionModel().selectedIndexes()})
        gone = [self.model.entries[number] for number in rows]

        def undo() -> None:
            for entry in gone:
                self._put(entry)

        def done(_count: int) -> None:
            self.refresh()
            words = self.tr("{entries} removed.").format(entries=counts().entries(len(gone)))
            actions = ((self.tr("Undo"), undo),)
            self.notify.emit(Notice(words, level="success", actions=actions, topic="entries-removed", seconds=10))

        if gone:
            self._client.memory.remove_entries(self.bank_id, [entry.key for entry in gone]).on(
                self, done=done, failed=self._on_failed
            )

    def _on_failed(self, error: PaddockError) -> None:
        self.notify.emit(notice_of(error, "entries"))
        self.refresh()
