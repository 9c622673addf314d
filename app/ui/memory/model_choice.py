"""The choice of an embedding model: name, languages and size, the installed ones first. Must not change anything."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox, QWidget

from app.engine.domain.embeddings import EmbeddingModel
from app.ui.bridge.client import EngineClient
from app.ui.memory.words import language_words, model_words
from app.ui.theme import tokens
from app.ui.widgets.basics import column, label
from app.ui.widgets.fields import prepare_field


class ModelChoice(QWidget):
    """`model_id` is what is chosen, empty until the models are known; `without` leaves one model out."""

    def __init__(self, client: EngineClient, *, without: str = "") -> None:
        super().__init__()
        self._without = without
        self._models: dict[str, EmbeddingModel] = {}
        self.box = QComboBox()
        self.box.setAccessibleName(self.tr("Embedding model"))
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        prepare_field(self.box)
        self.note = label("", "secondary", wrap=True)
        self.box.currentIndexChanged.connect(self._show_note)
        self.setLayout(column(self.box, self.note, spacing=tokens.SPACE_1))
        client.memory.embedding_models().on(self, done=self.fill, failed=lambda error: self.note.setText(error.message))

    @property
    def model_id(self) -> str:
        """The id of the chosen model."""
        return str(self.box.currentData() or "")

    def fill(self, models: Sequence[EmbeddingModel]) -> None:
        """Offer these models; rerankers do not embed and are left out."""
        self._models = {m.id: m for m in models if m.kind == "embedding" and m.id != self._without}
        self.box.clear()
        for model in self._models.values():
            self.box.addItem(model_words(model), model.id)
        if not self._models:
            self.note.setText(self.tr("No other embedding model is known."))

    def _show_note(self) -> None:
        model = self._models.get(self.model_id)
        if model is None:
            return
        words = self.tr("Made for: {languages}.").format(languages=language_words(model.languages))
        if not model.installed:
            words += " " + self.tr("It is not on this computer yet and will be downloaded.")
        self.note.setText(words)
