"""What the hub found, as an item model. Must not ask the hub."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.engine.domain.models import HubModel
from app.ui.models.words import count_words, licence_words

Index = QModelIndex | QPersistentModelIndex

REPO_ROLE = Qt.ItemDataRole.UserRole + 1
MARK_ROLE = Qt.ItemDataRole.UserRole + 2
FACTS_ROLE = Qt.ItemDataRole.UserRole + 3


class HubResults(QAbstractListModel):
    """Repositories in the order of the hub."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._found: Sequence[HubModel] = ()

    def fill(self, found: Sequence[HubModel]) -> None:
        """Show these repositories."""
        self.beginResetModel()
        self._found = tuple(found)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._found)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        found = self._found[index.row()]
        name = found.repo.split("/", 1)[-1]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return name
            case Qt.ItemDataRole.ToolTipRole:
                return found.repo
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{name}, {self._facts(found)}"
            case _ if role == REPO_ROLE:
                return found
            case _ if role == MARK_ROLE:
                return "icon:lock" if found.gated else "icon:package"
            case _ if role == FACTS_ROLE:
                return self._facts(found)
        return None

    def _facts(self, found: HubModel) -> str:
        author = found.author or found.repo.split("/", 1)[0]
        downloads = self.tr("{count} downloads").format(count=count_words(found.downloads)) if found.downloads else ""
        gated = self.tr("licence to accept") if found.gated else ""
        return "  ·  ".join(fact for fact in (author, downloads, gated, licence_words(found.licence)) if fact)
