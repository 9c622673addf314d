"""Chats that contain the words searched for, as an item model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from app.engine.domain.history import SearchHit

Index = QModelIndex | QPersistentModelIndex

HIT_ROLE = Qt.ItemDataRole.UserRole + 1


class SearchModel(QAbstractListModel):
    """One row per hit."""

    _hits: Sequence[SearchHit] = ()

    def fill(self, hits: Sequence[SearchHit]) -> None:
        """Show these hits."""
        self.beginResetModel()
        self._hits = tuple(hits)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._hits)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        hit = self._hits[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return hit.title or self.tr("New chat")
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{hit.title}. {hit.excerpt.replace('⟦', '').replace('⟧', '')}"
        return hit if role == HIT_ROLE else None
