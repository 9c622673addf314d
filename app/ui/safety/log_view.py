"""The third part of the safety page: the audit log as a table with filters, details, export and clearing."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHeaderView,
    QSplitter,
    QStackedWidget,
    QTableView,
    QWidget,
)

from app.engine.domain.errors import PaddockError
from app.engine.domain.safety import LogEntry
from app.ui.bridge.client import EngineClient
from app.ui.safety.log_details import LogDetails
from app.ui.safety.log_filters import LogFilters
from app.ui.safety.log_model import (
    DIRECTION,
    ENTRY_ROLE,
    FOUND,
    GUARD,
    OUTCOME,
    POLICY,
    PROBABILITY,
    SHIELD,
    TIME,
    WHERE,
    LogModel,
)
from app.ui.safety.words import counts
from app.ui.theme import tokens
from app.ui.widgets.basics import action, column, hairline, label, row, tool_button
from app.ui.widgets.confirm_card import ConfirmCard
from app.ui.widgets.empty import EmptyState
from app.ui.widgets.notice import Notice, notice_of
from app.ui.widgets.scrolling import scrolled

_LEAST_TABLE, _DETAILS = 360, 330
_WIDTHS = {TIME: 136, WHERE: 150, DIRECTION: 132, SHIELD: 130, PROBABILITY: 84, OUTCOME: 172, GUARD: 130, POLICY: 64}
# What goes first when there is no room, from the least needed on.
_GIVES_WAY = (POLICY, GUARD, PROBABILITY, SHIELD, DIRECTION, WHERE)
_LEAST_FOUND = 130


class LogView(QStackedWidget):
    """`turn_wanted(session id, turn id)`, `notify(Notice)`."""

    turn_wanted = Signal(str, str)
    notify = Signal(object)

    def __init__(self, client: EngineClient) -> None:
        super().__init__()
        self._client = client
        self.model = LogModel(client, self)
        self.table = self._make_table()
        self.filters = LogFilters(client)
        self.details = LogDetails(client)
        self.confirm = ConfirmCard()
        self.figure = label("", "secondary")
        self._make_actions()
        self._lay_out()
        self._connect()

    def take_focus(self) -> None:
        """Start with the list."""
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def find(self) -> None:  # type: ignore[override]
        """Start typing what to look for."""
        self.filters.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filters.search.selectAll()

    # Construction.

    def _make_table(self) -> QTableView:
        made = QTableView()
        made.setModel(self.model)
        made.setAccessibleName(self.tr("Log of verdicts"))
        made.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        made.setTabKeyNavigation(False)
        made.verticalHeader().hide()
        made.verticalHeader().setDefaultSectionSize(tokens.ROW_HEIGHT)
        made.setShowGrid(False)
        made.setWordWrap(False)
        made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        made.setMinimumWidth(_LEAST_TABLE)
        header = made.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(FOUND, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(48)
        for section, width in _WIDTHS.items():
            made.setColumnWidth(section, width)
        return made

    def _make_actions(self) -> None:
        self.export_action = action(
            self, self.tr("Export the log …"), self.export, icon_name="file-up",
            tip=self.tr("Export what is shown, as JSON lines or as CSV"),
        )  # fmt: skip
        self.clear_action = action(self, self.tr("Clear the log …"), self.ask_clear, icon_name="trash-2")
        self.close_action = action(self, self.tr("Close details"), self.hide_details, shortcut="Esc")
        self.close_action.setEnabled(False)
        self.details_action = action(self, self.tr("Show details"), self.show_details, icon_name="info")

    def _lay_out(self) -> None:
        filters = row(spacing=tokens.SPACE_2)
        filters.addWidget(self.filters, 1)
        for each in (self.export_action, self.clear_action):
            filters.addWidget(tool_button(each), 0, Qt.AlignmentFlag.AlignTop)
        top = column(
            filters, self.confirm, spacing=tokens.SPACE_2,
            margins=(tokens.SPACE_4, tokens.SPACE_3, tokens.SPACE_3, tokens.SPACE_3),
        )  # fmt: skip
        self.nothing = EmptyState("search", self.tr("No entry fits."))
        self.lists = QStackedWidget()
        self.lists.addWidget(self.table)
        self.lists.addWidget(self.nothing)
        self.side = scrolled(self.details, self.tr("Details"))
        self.side.setMinimumWidth(_DETAILS)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setHandleWidth(1)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self.lists)
        self.split.addWidget(self.side)
        self.split.setStretchFactor(0, 1)
        self.split.setSizes([900, _DETAILS])
        self.side.hide()
        foot = row(self.figure, None, margins=(tokens.SPACE_4, 4, tokens.SPACE_4, 6))
        holder = QWidget()
        lines = column(top, hairline(), self.split, hairline(), foot)
        lines.setStretch(2, 1)
        holder.setLayout(lines)
        self.content = holder
        self.waiting = EmptyState("clock", self.tr("Reading the log …"))
        self.empty = EmptyState("shield", self.tr("Nothing was checked yet. Every verdict will be listed here."))
        self.failed = EmptyState("circle-alert", "", self.tr("Try again"), self.model.refresh)
        for part in (self.waiting, self.content, self.empty, self.failed):
            self.addWidget(part)

    def _connect(self) -> None:
        self.filters.changed.connect(self._narrow)
        self.model.arranged.connect(self._follow)
        self.model.failed.connect(self._on_failed)
        self.model.dataChanged.connect(lambda *_where: self._show_current())
        self.table.selectionModel().currentChanged.connect(self._on_current)
        self.table.clicked.connect(lambda _index: self.show_details())
        self.table.activated.connect(lambda _index: self.show_details())
        self.split.splitterMoved.connect(lambda *_where: self._fit_columns())
        self.details.closed.connect(self.hide_details)
        self.details.marked.connect(self._mark)
        self.details.turn_wanted.connect(self.turn_wanted)
        self._client.preferences.changed.connect(self._on_preferences)

    # What is shown.

    def current(self) -> LogEntry | None:
        """Return the chosen entry."""
        index = self.table.currentIndex()
        entry = index.data(ENTRY_ROLE) if index.isValid() else None
        return entry if isinstance(entry, LogEntry) else None

    def show_details(self) -> None:
        """Open the chosen entry beside the table."""
        if self.current() is not None:
            self.side.show()
            self.close_action.setEnabled(True)
            self._show_current()
            QTimer.singleShot(0, self, self._fit_columns)

    def hide_details(self) -> None:
        """Give the whole room to the table."""
        self.side.hide()
        self.close_action.setEnabled(False)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        QTimer.singleShot(0, self, self._fit_columns)

    def _narrow(self) -> None:
        self.model.narrow(self.filters.wanted())

    def _follow(self) -> None:
        rows = self.model.rowCount()
        self.figure.setText(counts().entries(self.model.total))
        self.lists.setCurrentWidget(self.table if rows else self.nothing)
        self.setCurrentWidget(self.content if rows or self.model.narrowed else self.empty)
        if self.current() is None:
            self.side.hide()
            self.close_action.setEnabled(False)
        self._fit_columns()

    def _on_failed(self, error: PaddockError) -> None:
        self.failed.sentence.setText(error.in_words())
        self.setCurrentWidget(self.failed)

    def _on_current(self, current: QModelIndex, _before: QModelIndex) -> None:
        if current.isValid() and self.side.isVisible():
            self._show_current()

    def _show_current(self) -> None:
        entry = self.current()
        if entry is not None and not self.side.isHidden():
            self.details.show_entry(entry, self.model.title(entry))

    def _on_preferences(self) -> None:
        self._show_current()
        self._fit_columns()

    def _fit_columns(self) -> None:
        """Leave out what there is no room for; numbers are for experts."""
        expert = self._client.preferences.expert
        shown = {section for section in _WIDTHS if expert or section not in (PROBABILITY, GUARD, POLICY)}
        room = self.lists.width() - _LEAST_FOUND
        for section in _GIVES_WAY:
            if sum(_WIDTHS[each] for each in shown) <= room:
                break
            shown.discard(section)
        for section in _WIDTHS:
            self.table.setColumnHidden(section, section not in shown)

    # What is done.

    def export(self) -> None:
        """Ask where, and write what the filters leave in."""
        forms = self.tr("JSON lines (*.jsonl);;CSV table (*.csv)")
        name, chosen = QFileDialog.getSaveFileName(self, self.tr("Export the log"), "safety-log.jsonl", forms)
        if not name:
            return
        path = Path(name)
        if path.suffix not in (".csv", ".jsonl", ".json"):
            path = path.with_name(path.name + (".csv" if "*.csv" in chosen else ".jsonl"))

        def done(count: int) -> None:
            words = self.tr("{entries} written to {name}.").format(entries=counts().entries(count), name=path.name)
            self.notify.emit(Notice(words, level="success", topic="log", seconds=8))

        self._client.safety.export_log(path, self.model.wanted).on(self, done=done, failed=self._tell)

    def ask_clear(self) -> None:
        """Ask in place, naming what is lost."""
        entries = counts().entries(self.model.total)
        question = self.tr("Delete the whole log?")
        if not self.model.narrowed:
            question = self.tr("Delete the whole log ({entries})?").format(entries=entries)
        consequence = self.tr(
            "Every verdict, what was kept of the texts and your marks are gone for good. The policy stays as it is."
        )
        self.confirm.ask(question, consequence, self.tr("Delete"), self._clear)

    def _clear(self) -> None:
        def done(count: int) -> None:
            words = self.tr("{entries} deleted.").format(entries=counts().entries(count))
            self.notify.emit(Notice(words, level="success", topic="log", seconds=8))
            self.hide_details()
            self.model.refresh()

        self._client.safety.clear_log().on(self, done=done, failed=self._tell)

    def _mark(self, entry_id: int, wrong: bool, note: str) -> None:
        self._client.safety.mark(entry_id, wrong, note).on(self, done=self.model.put, failed=self._tell)

    def _tell(self, error: PaddockError) -> None:
        self.notify.emit(notice_of(error, "log"))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self.model.known:
            self._narrow()
        QTimer.singleShot(0, self, self._fit_columns)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()
