"""The choice of an embedding model: the installed ones first. Those of the hub can be fetched.

Must not change any bank.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QProgressBar, QWidget

from app.engine.domain.embeddings import EmbeddingModel
from app.engine.domain.errors import PaddockError
from app.engine.domain.models import Download
from app.ui.bridge.client import EngineClient
from app.ui.memory.words import language_words, model_words
from app.ui.theme import tokens
from app.ui.widgets.basics import button, column, label, row
from app.ui.widgets.fields import prepare_field
from app.ui.widgets.visibility import show_when
from app.ui.widgets.words import size_words

_ACTIVE = ("waiting", "running", "verifying", "paused")
_STEPS = 1000


class ModelChoice(QWidget):
    """`model_id` is what is chosen, empty until the models are known; `without` leaves one model out.

    `changed()` follows another choice, and the arrival of what is chosen.
    """

    changed = Signal()

    def __init__(self, client: EngineClient, *, without: str = "") -> None:
        super().__init__()
        self._client, self._without = client, without
        self._models: dict[str, EmbeddingModel] = {}
        self._downloads: dict[str, Download] = {each.repo: each for each in client.models.downloads}
        self.box = QComboBox()
        self.box.setAccessibleName(self.tr("Embedding model"))
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        prepare_field(self.box)
        self.note = label("", "secondary", wrap=True)
        self.download = button(self.tr("Download"), self._begin)
        self.bar = QProgressBar(textVisible=False)
        self.bar.setRange(0, _STEPS)
        self.bar.setAccessibleName(self.tr("Progress of the download"))
        self.box.currentIndexChanged.connect(lambda _row: self._show())
        client.models.download_changed.connect(self._on_download)
        chosen = row(self.box, self.download, spacing=tokens.SPACE_2)
        chosen.setStretch(0, 1)
        self.setLayout(column(chosen, self.bar, self.note, spacing=tokens.SPACE_1))
        show_when(self.download, False)
        show_when(self.bar, False)
        self._ask()

    @property
    def model_id(self) -> str:
        """The id of the chosen model."""
        return str(self.box.currentData() or "")

    @property
    def ready(self) -> bool:
        """Whether the chosen model is on this computer."""
        model = self._models.get(self.model_id)
        return model is not None and model.installed

    def fill(self, models: Sequence[EmbeddingModel]) -> None:
        """Offer these models and keep what is chosen; rerankers do not embed and are left out."""
        before = self.model_id
        self._models = {m.id: m for m in models if m.kind == "embedding" and m.id != self._without}
        self.box.blockSignals(True)
        self.box.clear()
        for model in self._models.values():
            self.box.addItem(model_words(model), model.id)
        self.box.setCurrentIndex(max(0, self.box.findData(before)))
        self.box.blockSignals(False)
        if not self._models:
            self.note.setText(self.tr("No other embedding model is known."))
        self._show()

    def _ask(self) -> None:
        self._client.memory.embedding_models().on(self, done=self.fill, failed=self._on_failed)

    def _show(self) -> None:
        model = self._models.get(self.model_id)
        download = self._downloads.get(model.repo) if model is not None and not model.installed else None
        arriving = download is not None and download.state in _ACTIVE
        show_when(self.download, model is not None and not model.installed and not arriving)
        self.download.setEnabled(True)
        show_when(self.bar, arriving)
        if model is not None:
            self.note.setText(self._words(model, download))
        if download is not None:
            self.bar.setRange(0, _STEPS if download.total_bytes else 0)
            self.bar.setValue(round(_STEPS * download.received_bytes / (download.total_bytes or 1)))
        self.changed.emit()

    def _words(self, model: EmbeddingModel, download: Download | None) -> str:
        words = self.tr("Made for: {languages}.").format(languages=language_words(model.languages))
        if model.installed:
            return words
        if download is not None and download.state == "failed":
            return f"{download.reason} {download.hint}".strip()
        if download is not None and download.state in _ACTIVE:
            arrived = size_words(download.received_bytes)
            total = size_words(download.total_bytes or model.size_bytes)
            return words + " " + self.tr("{arrived} of {total} have arrived.").format(arrived=arrived, total=total)
        return words + " " + self.tr("It is not on this computer yet.")

    def _begin(self) -> None:
        self.download.setEnabled(False)
        self._client.memory.download_model(self.model_id).on(self, failed=self._on_failed)

    def _on_failed(self, error: PaddockError) -> None:
        self._show()
        self.note.setText(error.in_words())

    def _on_download(self, download: Download) -> None:
        self._downloads[download.repo] = download
        model = self._models.get(self.model_id)
        if download.state == "completed" and any(each.repo == download.repo for each in self._models.values()):
            self._ask()
        elif model is not None and model.repo == download.repo:
            self._show()
