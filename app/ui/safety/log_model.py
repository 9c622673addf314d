"""The audit log as a table model, newest first: fetched page by page, followed while it grows.

Must not hold more than what was scrolled to or has just been added.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QDateTime,
    QLocale,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from app.engine.domain.errors import PaddockError
from app.engine.domain.history import ChatList
from app.engine.domain.safety import LLAMA_GUARD, PROMPT_GUARD, LogEntry, LogFilter, LogPage, Verdict
from app.ui.bridge.client import EngineClient
from app.ui.bridge.handle import Handle
from app.ui.bridge.throttle import Throttle
from app.ui.safety.words import (
    concern_name,
    direction_words,
    occasion_words,
    percent_words,
    shield_title,
    verdict_words,
)
from app.ui.theme.theme import theme

Index = QModelIndex | QPersistentModelIndex

ENTRY_ROLE = Qt.ItemDataRole.UserRole + 1
TIME, WHERE, DIRECTION, SHIELD, FOUND, PROBABILITY, OUTCOME, GUARD, POLICY = range(9)
PAGE = 100
_FOLLOW_MS = 400
_COLOURS = {"block": "danger", "warn": "warning"}


class LogModel(QAbstractTableModel):
    """`arranged()` follows every answer; `total` counts what matches, also what is not fetched yet."""

    arranged = Signal()
    failed = Signal(object)

    def __init__(self, client: EngineClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self.entries: list[LogEntry] = []
        self.titles: dict[str, str] = {}
        self.total = 0
        self.known = False
        self.wanted = LogFilter()
        self._before: int | None = None
        self._fetching: Handle | None = None
        self._follow: Throttle[object] = Throttle(lambda _ids: self._fetch_new(), self, milliseconds=_FOLLOW_MS)
        client.safety.logged.connect(self._on_logged)
        client.history.changed.connect(lambda _ids: self._fetch_titles())

    def narrow(self, wanted: LogFilter) -> None:
        """Show what a filter leaves in."""
        if wanted != self.wanted or not self.known:
            self.wanted = wanted
            self.refresh()

    @property
    def narrowed(self) -> bool:
        """Tell whether a filter hides entries."""
        return self.wanted != LogFilter()

    def refresh(self) -> None:
        """Fetch the first page anew."""
        self._fetch_titles()
        self._fetch(None)

    def put(self, entry: LogEntry) -> None:
        """Show an entry as it is now."""
        for row, each in enumerate(self.entries):
            if each.id == entry.id:
                self.entries[row] = entry
                self.dataChanged.emit(self.index(row, 0), self.index(row, POLICY))

    def title(self, entry: LogEntry) -> str:
        """Return where an entry is from: the title of its chat, or who asked."""
        return self.titles.get(entry.occasion.session_id) or occasion_words(entry.occasion)

    # Fetching.

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and self._before is not None and self._fetching is None

    def fetchMore(self, parent: Index) -> None:
        if self.canFetchMore(parent):
            self._fetch(self._before)

    def _fetch(self, before: int | None) -> None:
        if self._fetching is not None:
            self._fetching.cancel()
        self._fetching = self._client.safety.log(self.wanted, before=before, limit=PAGE).on(
            self, done=lambda page: self._on_page(page, before), failed=self._on_failed
        )

    def _on_page(self, page: LogPage, before: int | None) -> None:
        self._fetching = None
        self.known = True
        self.total, self._before = page.total, page.next_before
        if before is None:
            self.beginResetModel()
            self.entries = list(page.entries)
            self.endResetModel()
        elif page.entries:
            row = len(self.entries)
            self.beginInsertRows(QModelIndex(), row, row + len(page.entries) - 1)
            self.entries += page.entries
            self.endInsertRows()
        self.arranged.emit()

    def _on_failed(self, error: PaddockError) -> None:
        self._fetching = None
        self.failed.emit(error)

    # Following.

    def _on_logged(self, entry_ids: object) -> None:
        if self.known:
            self._follow.put(entry_ids)

    def _fetch_new(self) -> None:
        """Ask for the newest page; only what is not there yet is put on top, so that nothing that is read moves."""
        if self._fetching is None:
            self._fetching = self._client.safety.log(self.wanted, limit=PAGE).on(
                self, done=self._on_new, failed=self._on_failed
            )

    def _on_new(self, page: LogPage) -> None:
        newest = self.entries[0].id if self.entries else 0
        new = [entry for entry in page.entries if entry.id > newest]
        if not self.entries or len(new) == PAGE:
            self._on_page(page, None)
            return
        self._fetching = None
        self.total = page.total
        if new:
            self.beginInsertRows(QModelIndex(), 0, len(new) - 1)
            self.entries[:0] = new
            self.endInsertRows()
        self.arranged.emit()

    def _fetch_titles(self) -> None:
        if self._client.state == "ready":
            self._client.history.list().on(self, done=self._on_titles, failed=lambda _error: None)

    def _on_titles(self, chats: ChatList) -> None:
        self.titles = {session.id: session.title for session in chats.sessions}
        if self.entries:
            self.dataChanged.emit(self.index(0, WHERE), self.index(len(self.entries) - 1, WHERE))

    # What views read.

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.entries)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else POLICY + 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return (
                self.tr("Time"), self.tr("Chat"), self.tr("Text"), self.tr("Shield"), self.tr("Found"),
                self.tr("Probability"), self.tr("What happened"), self.tr("Guard"), self.tr("Policy"),
            )[section]  # fmt: skip
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        entry = self.entries[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.ToolTipRole:
                return self._words(entry, index.column())
            case Qt.ItemDataRole.ForegroundRole if index.column() == OUTCOME:
                colour = "danger" if entry.verdict.error else _COLOURS.get(entry.verdict.outcome, "text_secondary")
                return theme().colour(colour)
            case _ if role == ENTRY_ROLE:
                return entry
        return None

    def _words(self, entry: LogEntry, column: int) -> str:
        verdict = entry.verdict
        match column:
            case 0:
                return time_words(entry.at)
            case 1:
                return self.title(entry)
            case 2:
                return direction_words(verdict.direction)
            case 3:
                return shield_title(verdict.shield)
            case 4:
                return ", ".join(concern_name(each) for each in verdict.concerns)
            case 5:
                return probability_words(verdict)
            case 6:
                said = verdict_words(verdict)
                return self.tr("{words}, wrong").format(words=said) if entry.wrong else said
            case 7:
                return verdict.model
            case _:
                return str(verdict.policy_version or "")


def probability_words(verdict: Verdict) -> str:
    """Return how likely the text is unsafe; empty where nobody said."""
    if verdict.error or verdict.shield not in (LLAMA_GUARD, PROMPT_GUARD):
        return ""  # a rule has found something or not
    highest = max((each.probability for each in verdict.concerns), default=verdict.probability)
    return percent_words(max(highest, verdict.probability))


def time_words(at: float) -> str:
    """Return a moment in the person's format."""
    moment = QDateTime.fromSecsSinceEpoch(round(at))
    return QLocale().toString(moment, QLocale.FormatType.ShortFormat)
