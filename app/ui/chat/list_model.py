"""The chat list as an item model: pinned chats, folders and days as groups, chats below them.

It mirrors a `ChatList`; renaming and dropping are emitted as wishes and come back with the next list.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from PySide6.QtCore import (
    QAbstractItemModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from app.engine.domain.agents import Session
from app.engine.domain.history import ChatList
from app.ui.widgets.words import day_words

Index = QModelIndex | QPersistentModelIndex

SESSION_ROLE = Qt.ItemDataRole.UserRole + 1
GROUP_ROLE = Qt.ItemDataRole.UserRole + 2
RUNNING_ROLE = Qt.ItemDataRole.UserRole + 3

MIME = "application/x-paddock-chats"


@dataclass(frozen=True)
class Group:
    """A heading with its chats. Only a folder has an id."""

    kind: Literal["pinned", "folder", "day"]
    title: str
    sessions: tuple[Session, ...]
    folder_id: str | None = None

    @property
    def key(self) -> tuple[str, str]:
        """What tells groups apart."""
        return self.kind, self.folder_id or self.title


def grouped(chats: ChatList, pinned_title: str) -> list[Group]:
    """Return the groups in the order of the list: pinned, folders by name, then days, newest first."""
    pinned = tuple(s for s in chats.sessions if s.pinned)
    groups = [Group("pinned", pinned_title, pinned)] if pinned else []
    for folder in sorted(chats.folders, key=lambda f: f.name.casefold()):
        inside = tuple(s for s in chats.sessions if s.folder_id == folder.id and not s.pinned)
        groups.append(Group("folder", folder.name, inside, folder.id))
    known = {folder.id for folder in chats.folders}
    days: dict[str, list[Session]] = {}
    for session in chats.sessions:
        if not session.pinned and session.folder_id not in known:
            days.setdefault(day_words(session.updated_at), []).append(session)
    return groups + [Group("day", title, tuple(inside)) for title, inside in days.items()]


class ChatListModel(QAbstractItemModel):
    """`renamed(session id, title)`, `folder_renamed(folder id, name)`, `dropped(session ids, Group)`."""

    renamed = Signal(str, str)
    folder_renamed = Signal(str, str)
    dropped = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._groups: list[Group] = []
        self._running: set[str] = set()

    def fill(self, chats: ChatList) -> bool:
        """Take a new list; returns whether rows moved (then the model was reset)."""
        new = grouped(chats, self.tr("Pinned"))
        same = [(g.key, [s.id for s in g.sessions]) for g in new] == [
            (g.key, [s.id for s in g.sessions]) for g in self._groups
        ]
        if not same:
            self.beginResetModel()
            self._groups = new
            self.endResetModel()
            return True
        self._groups = new
        for row in range(len(new)):
            group = self.index(row, 0)
            self.dataChanged.emit(group, group)
            if new[row].sessions:
                self.dataChanged.emit(self.index(0, 0, group), self.index(len(new[row].sessions) - 1, 0, group))
        return False

    def set_running(self, session_id: str, running: bool) -> None:
        """Mark a chat whose answer is being written."""
        (self._running.add if running else self._running.discard)(session_id)
        index = self.index_of(session_id)
        if index.isValid():
            self.dataChanged.emit(index, index, [RUNNING_ROLE])

    def index_of(self, session_id: str) -> QModelIndex:
        """Return where a chat stands; invalid when it is not in the list."""
        for row, group in enumerate(self._groups):
            for child, session in enumerate(group.sessions):
                if session.id == session_id:
                    return self.index(child, 0, self.index(row, 0))
        return QModelIndex()

    def sessions(self) -> Sequence[Session]:
        """Return all chats from top to bottom."""
        return [session for group in self._groups for session in group.sessions]

    def folders(self) -> Sequence[Group]:
        """Return the folders."""
        return [group for group in self._groups if group.kind == "folder"]

    def groups(self) -> Sequence[Group]:
        """Return all groups."""
        return self._groups

    def _session(self, index: Index) -> Session | None:
        group = index.internalId() - 1
        return self._groups[group].sessions[index.row()] if index.isValid() and group >= 0 else None

    # Qt's interface of item models.

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, parent.row() + 1 if parent.isValid() else 0)

    def parent(self, index: Index) -> QModelIndex:  # type: ignore[override]
        if not index.isValid() or index.internalId() == 0:
            return QModelIndex()
        return self.createIndex(index.internalId() - 1, 0, 0)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        if not parent.isValid():
            return len(self._groups)
        if parent.internalId() == 0 and parent.column() == 0:
            return len(self._groups[parent.row()].sessions)
        return 0

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        session = self._session(index)
        if session is None:
            group = self._groups[index.row()]
            if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
                return group.title
            return group if role == GROUP_ROLE else None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return session.title or self.tr("New chat")
        if role == Qt.ItemDataRole.EditRole:
            return session.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            words = session.title or self.tr("New chat")
            return self.tr("{title}, answering").format(title=words) if session.id in self._running else words
        if role == SESSION_ROLE:
            return session
        return session.id in self._running if role == RUNNING_ROLE else None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        words = str(value).strip()
        if role != Qt.ItemDataRole.EditRole or not words or words == self.data(index, role):
            return False
        session = self._session(index)
        if session is not None:
            self.renamed.emit(session.id, words)
            return True
        folder_id = self._groups[index.row()].folder_id
        if folder_id is not None:
            self.folder_renamed.emit(folder_id, words)
        return folder_id is not None

    def flags(self, index: Index) -> Qt.ItemFlag:
        enabled = Qt.ItemFlag.ItemIsEnabled
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        if self._session(index) is not None:
            return (
                enabled
                | Qt.ItemFlag.ItemIsSelectable
                | Qt.ItemFlag.ItemIsEditable
                | Qt.ItemFlag.ItemIsDragEnabled
                | Qt.ItemFlag.ItemNeverHasChildren
            )
        if self._groups[index.row()].kind == "folder":
            return enabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsDropEnabled
        return enabled | Qt.ItemFlag.ItemIsDropEnabled

    def mimeTypes(self) -> list[str]:
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        ids = [session.id for index in indexes if (session := self._session(index)) is not None]
        data = QMimeData()
        data.setData(MIME, json.dumps(ids).encode())
        return data

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def canDropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index) -> bool:
        return data.hasFormat(MIME)

    def dropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index) -> bool:
        if not data.hasFormat(MIME):
            return False
        group = None
        if parent.isValid():
            group = self._groups[parent.row() if parent.internalId() == 0 else parent.internalId() - 1]
        self.dropped.emit(tuple(json.loads(bytes(data.data(MIME).data()))), group)
        # False keeps the view from removing the dragged rows; the next list shows where they are.
        return False
