"""The models a chat can use, as an item model with their states in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from app.engine.domain.models import Model
from app.ui.bridge.client import EngineClient
from app.ui.widgets.words import size_words, state_words

Index = QModelIndex | QPersistentModelIndex

MODEL_ROLE = Qt.ItemDataRole.UserRole + 1
STATE_ROLE = Qt.ItemDataRole.UserRole + 2
FACTS_ROLE = Qt.ItemDataRole.UserRole + 3


class ModelChoice(QAbstractListModel):
    """Follows the library and the states by itself."""

    def __init__(self, client: EngineClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._models: list[Model] = []
        client.models.changed.connect(self.refresh)
        client.models.state_changed.connect(self._on_state)
        client.started.connect(self.refresh)
        if client.state == "ready":
            self.refresh()

    @property
    def models(self) -> Sequence[Model]:
        """The models in the order of the list."""
        return self._models

    def refresh(self) -> None:
        """Fetch the library anew."""
        self._client.models.list().on(self, done=self.fill)

    def fill(self, models: Sequence[Model]) -> None:
        """Show the models that can chat."""
        self.beginResetModel()
        self._models = [model for model in models if model.purpose in ("chat", "base") and not model.missing]
        self.endResetModel()

    def row_of(self, model_id: str) -> int:
        """Return the row of a model, -1 when it is not there."""
        return next((row for row, model in enumerate(self._models) if model.id == model_id), -1)

    def name_of(self, model_id: str) -> str:
        """Return a model's name, its id when it is not there."""
        row = self.row_of(model_id)
        return self._models[row].name if row >= 0 else model_id

    def _on_state(self, model_id: str, _state: object) -> None:
        row = self.row_of(model_id)
        if row >= 0:
            self.dataChanged.emit(self.index(row), self.index(row))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._models)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        model = self._models[index.row()]
        state = self._client.models.state(model.id)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return model.name
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{model.name}, {self._state_words(model)}"
            case Qt.ItemDataRole.ToolTipRole:
                return f"{model.name}\n{self._state_words(model)}"
            case _ if role == MODEL_ROLE:
                return model
            case _ if role == STATE_ROLE:
                return state
            case _ if role == FACTS_ROLE:
                return "  ·  ".join(fact for fact in (self._state_words(model), *self._facts(model)) if fact)
        return None

    def _state_words(self, model: Model) -> str:
        if model.source == "remote":
            return self.tr("remote: {provider}").format(provider=model.provider_id)
        return state_words(self._client.models.state(model.id))

    def _facts(self, model: Model) -> tuple[str, ...]:
        return model.quantisation, size_words(model.size_bytes) if model.size_bytes else ""
