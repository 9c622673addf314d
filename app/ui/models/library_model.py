"""What is on this computer as an item model: local models, then each remote provider with the models it serves."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from app.engine.domain.models import Model
from app.engine.domain.settings import RemoteProvider
from app.ui.bridge.client import EngineClient
from app.ui.models.words import model_state_words, parameters_words
from app.ui.widgets.words import size_words, state_words

Index = QModelIndex | QPersistentModelIndex
Entry = Model | RemoteProvider

ENTRY_ROLE = Qt.ItemDataRole.UserRole + 1
DOT_ROLE = Qt.ItemDataRole.UserRole + 2
FACTS_ROLE = Qt.ItemDataRole.UserRole + 3


def provider_of(model: Model) -> str:
    """Return the id of the provider that serves a remote model."""
    return model.id.split("/", 1)[0]


class LibraryModel(QAbstractListModel):
    """Follows library, states and providers by itself; `search` narrows it to what contains all the words.

    `arranged()` follows every answer of the engine, also one that changed nothing; `known` tells whether one came.
    """

    arranged = Signal()

    def __init__(self, client: EngineClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._query = ""
        self._models: Sequence[Model] = ()
        self._shown: list[Entry] = []
        self.known = False
        client.models.changed.connect(self.refresh)
        client.preferences.changed.connect(self._arrange)
        client.models.state_changed.connect(self._on_state)
        client.started.connect(self.refresh)
        if client.state == "ready":
            self.refresh()

    @property
    def entries(self) -> Sequence[Entry]:
        """What is shown, in the order of the list."""
        return self._shown

    def refresh(self) -> None:
        """Fetch the library anew."""
        self._client.models.list().on(self, done=self.fill)

    def fill(self, models: Sequence[Model]) -> None:
        """Show these models."""
        self.known = True
        self._models = models
        self._arrange()

    def search(self, query: str) -> None:
        """Show what contains all the words; an empty query shows everything."""
        self._query = query
        self._arrange()

    def model(self, model_id: str) -> Model | None:
        """Return an installed model, also one that the search hides."""
        return next((model for model in self._models if model.id == model_id), None)

    def id_of_file(self, name: str) -> str:
        """Return the id of the model whose file has this name, empty when there is none."""
        local = (model for model in self._models if model.path is not None and not model.missing)
        return next((model.id for model in local if Path(model.path or "").name == name), "")

    def row_of(self, entry_id: str) -> int:
        """Return the row of a model or provider, -1 when it is not shown."""
        return next((row for row, entry in enumerate(self._shown) if entry.id == entry_id), -1)

    def _arrange(self) -> None:
        wanted = [entry for entry in self._ordered() if self._matches(entry)]
        if wanted != self._shown:
            self.beginResetModel()
            self._shown = wanted
            self.endResetModel()
        self.arranged.emit()

    def _ordered(self) -> list[Entry]:
        ordered: list[Entry] = [model for model in self._models if model.source != "remote"]
        remote = [model for model in self._models if model.source == "remote"]
        for provider in self._client.preferences.settings.remotes:
            served = [model for model in remote if provider_of(model) == provider.id]
            ordered += [provider, *served]
            remote = [model for model in remote if model not in served]
        return ordered + remote

    def _matches(self, entry: Entry) -> bool:
        words = f"{self._title(entry)} {entry.id} {self._facts(entry)}".casefold()
        return all(word in words for word in self._query.casefold().split())

    def _on_state(self, model_id: str, _state: object) -> None:
        row = self.row_of(model_id)
        if row >= 0:
            self.dataChanged.emit(self.index(row), self.index(row))

    def _title(self, entry: Entry) -> str:
        return entry.name if isinstance(entry, Model) else entry.id

    def _facts(self, entry: Entry) -> str:
        if isinstance(entry, RemoteProvider):
            return f"{entry.preset}  ·  {entry.base_url}" if entry.base_url else entry.preset
        size = size_words(entry.size_bytes) if entry.size_bytes else ""
        return "  ·  ".join(fact for fact in (parameters_words(entry.parameters), entry.quantisation, size) if fact)

    def _state_words(self, entry: Entry) -> str:
        if isinstance(entry, Model):
            return model_state_words(entry, self._client.models.state(entry.id))
        return self.tr("remote provider")

    def _short_state(self, entry: Entry) -> str:
        """Return the state without what runs it and why; the details have the room for that."""
        state = self._client.models.state(entry.id)
        return state_words(state) if state.phase == "ready" else self._state_words(entry)

    def _dot(self, entry: Entry) -> str:
        """Return a phase of PHASE_DOTS, or the name of an icon after "icon:"."""
        if isinstance(entry, RemoteProvider):
            return "icon:cloud"
        if entry.source == "remote":
            return "icon:cloud"
        return "failed" if entry.missing else self._client.models.state(entry.id).phase

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        entry = self._shown[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._title(entry)
            case Qt.ItemDataRole.AccessibleTextRole | Qt.ItemDataRole.ToolTipRole:
                words = (self._title(entry), self._state_words(entry), self._facts(entry))
                return ", ".join(part for part in words if part)
            case _ if role == ENTRY_ROLE:
                return entry
            case _ if role == DOT_ROLE:
                return self._dot(entry)
            case _ if role == FACTS_ROLE:
                return "  ·  ".join(part for part in (self._short_state(entry), self._facts(entry)) if part)
        return None
