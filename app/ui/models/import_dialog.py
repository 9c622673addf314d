"""Bringing GGUF files in: each is checked and refused with the reason in words, then the person says copy or link."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QDialog, QLabel, QRadioButton, QVBoxLayout, QWidget

from app.engine.domain.errors import PaddockError
from app.engine.domain.models import Model
from app.ui.bridge.client import EngineClient
from app.ui.models.words import strip_words
from app.ui.theme import tokens
from app.ui.widgets.basics import button, column, label, row, set_kind
from app.ui.widgets.elided import ElidedLabel
from app.ui.widgets.scrolling import scrolled
from app.ui.widgets.words import size_words

_WIDTH, _LIST_HEIGHT, _LIST_MOST = 520, 54, 260


class ImportDialog(QDialog):
    """Checks at once. `chosen(paths, copy)` follows the person's consent; the page imports, so that this can close."""

    chosen = Signal(object, bool)

    def __init__(self, parent: QWidget, client: EngineClient, paths: Sequence[Path]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Import models"))
        self.setMinimumWidth(_WIDTH)
        self._client = client
        self._paths = tuple(dict.fromkeys(paths))
        self._waiting = len(self._paths)
        self.good: dict[Path, Model] = {}
        self.words: dict[Path, QLabel] = {}
        self.copy = QRadioButton()
        self.link = QRadioButton(self.tr("Use them where they are"))
        self.copy.setChecked(True)
        kinds = QButtonGroup(self)
        kinds.addButton(self.copy)
        kinds.addButton(self.link)
        self.accept_button = button(self.tr("Import"), self._import, "primary")
        self.accept_button.setDefault(True)
        self._lay_out()
        self._show_choice()
        for path in self._paths:
            self._check(path)

    def _lay_out(self) -> None:
        files: QVBoxLayout = column(spacing=tokens.SPACE_3, margins=(0, 0, tokens.SPACE_2, 0))
        for path in self._paths:
            self.words[path] = label(self.tr("reading the header …"), "secondary", wrap=True)
            name = ElidedLabel(path.name, "strong")
            files.addLayout(column(name, self.words[path], spacing=2))
        files.addStretch(1)
        holder = QWidget()
        holder.setLayout(files)
        area = scrolled(holder, self.tr("Files"))
        area.setFixedHeight(min(_LIST_MOST, _LIST_HEIGHT * len(self._paths)))
        note = label(
            self.tr("A copy stays yours to delete here; a linked file is only read and must stay in its place."),
            "secondary", wrap=True,
        )  # fmt: skip
        buttons = row(None, button(self.tr("Cancel"), self.reject), self.accept_button, spacing=tokens.SPACE_2)
        self.setLayout(
            column(
                label(self.tr("Import models"), "section"), area, self.copy, self.link, note, buttons,
                spacing=tokens.SPACE_3, margins=(tokens.SPACE_6,) * 4,
            )
        )  # fmt: skip

    def _check(self, path: Path) -> None:
        def done(model: Model) -> None:
            self.good[path] = model
            self._tell(path, strip_words(model), "secondary")

        def failed(error: PaddockError) -> None:
            self._tell(path, error.in_words(), "danger")

        self._client.models.check(path).on(self, done=done, failed=failed)

    def _tell(self, path: Path, words: str, kind: str) -> None:
        self._waiting -= 1
        set_kind(self.words[path], kind)
        self.words[path].setText(words)
        self._show_choice()

    def _show_choice(self) -> None:
        size = sum(model.size_bytes for model in self.good.values())
        copied = self.tr("Copy into Paddock's folder ({size})").format(size=size_words(size))
        self.copy.setText(copied if size else self.tr("Copy into Paddock's folder"))
        self.accept_button.setEnabled(bool(self.good) and not self._waiting)
        for choice in (self.copy, self.link):
            choice.setEnabled(bool(self.good) or self._waiting > 0)

    def _import(self) -> None:
        self.chosen.emit(tuple(self.good), self.copy.isChecked())
        self.accept()
