"""The forms of a bank: making one, renaming and describing it, changing its embedding model.

They close only when the engine has agreed; a refusal stands in the form.
"""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QDialog, QLineEdit, QPlainTextEdit, QRadioButton, QSpinBox, QWidget

from app.engine.domain.errors import PaddockError
from app.engine.domain.memory import Bank, BankChanges, BankType, Chunking
from app.ui.bridge.client import EngineClient
from app.ui.bridge.handle import Handle
from app.ui.memory.model_choice import ModelChoice
from app.ui.memory.words import type_explanation, type_words
from app.ui.theme import tokens
from app.ui.widgets.basics import button, column, label, row
from app.ui.widgets.fields import prepare_field
from app.ui.widgets.visibility import show_when

_WIDTH = 480
_KINDS: tuple[BankType, ...] = ("vector", "keyword", "keyvalue", "graph")
_EMBEDDED = ("vector", "graph")


class _Form(QDialog):
    """`agreed(Bank)` follows the engine's consent."""

    agreed = Signal(object)

    def __init__(self, parent: QWidget, client: EngineClient, title: str, verb: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(_WIDTH)
        self.client = client
        self.words = label("", "danger", wrap=True)
        show_when(self.words, False)
        self.save = button(verb, self._save, "primary")
        self.save.setDefault(True)
        self.rows = column(label(title, "section"), spacing=tokens.SPACE_3)
        buttons = row(None, button(self.tr("Cancel"), self.reject), self.save, spacing=tokens.SPACE_2)
        self.setLayout(column(self.rows, self.words, buttons, spacing=tokens.SPACE_3, margins=(tokens.SPACE_6,) * 4))
        self.finished.connect(self.deleteLater)

    def ask(self) -> Handle:
        """Ask the engine for what the form says."""
        raise NotImplementedError

    def _save(self) -> None:
        self.save.setEnabled(False)
        self.ask().on(self, done=self._on_done, failed=self._on_failed)

    def _on_done(self, bank: Bank) -> None:
        self.agreed.emit(bank)
        self.accept()

    def _on_failed(self, error: PaddockError) -> None:
        self.save.setEnabled(True)
        self.words.setText(error.in_words())
        show_when(self.words, True)

    def add(self, caption: str, field: QWidget) -> QWidget:
        """Add a field under its caption; returns both in one widget."""
        holder = QWidget()
        holder.setLayout(column(label(caption, "strong"), field, spacing=tokens.SPACE_1))
        field.setAccessibleName(caption)
        self.rows.addWidget(holder)
        return holder

    def line(self, caption: str, text: str = "", hint: str = "") -> QLineEdit:
        """Add a line without which nothing can be saved."""
        made = QLineEdit(text, placeholderText=hint)
        self.add(caption, made)
        made.textChanged.connect(lambda words: self.save.setEnabled(bool(words.strip())))
        self.save.setEnabled(bool(text.strip()))
        return made


class NewBankDialog(_Form):
    """Name, kind with one line on each, embedding model, and in expert mode the size of a passage."""

    def __init__(self, parent: QWidget, client: EngineClient, name: str = "") -> None:
        super().__init__(parent, client, self.tr("New memory bank"), self.tr("Create"))
        self.name = self.line(self.tr("Name"), name, self.tr("For example: Manuals"))
        self.kinds = QButtonGroup(self)
        self.rows.addWidget(self._kinds())
        self.model = ModelChoice(client)
        self._model_row = self.add(self.tr("Embedding model"), self.model)
        self.passage = QSpinBox(minimum=32, maximum=2048, singleStep=20, value=Chunking().max_tokens)
        self.passage.setSuffix(self.tr(" tokens"))
        prepare_field(self.passage)
        self._size_row = self.add(self.tr("Longest passage"), self.passage)
        self.kinds.buttonToggled.connect(lambda _button, _on: self._follow_kind())
        self._follow_kind()
        self.name.setFocus()

    @property
    def kind(self) -> BankType:
        """The kind that is chosen."""
        chosen = self.kinds.checkedButton()
        return cast("BankType", chosen.property("bank_type")) if chosen is not None else "vector"

    def _kinds(self) -> QWidget:
        holder = QWidget()
        box = column(label(self.tr("Kind"), "strong"), spacing=tokens.SPACE_1)
        for kind in _KINDS:
            choice = QRadioButton(type_words(kind))
            choice.setProperty("bank_type", kind)
            choice.setChecked(kind == "vector")
            choice.setAccessibleDescription(type_explanation(kind))
            self.kinds.addButton(choice)
            explained = label(type_explanation(kind), "secondary", wrap=True)
            explained.setContentsMargins(26, 0, 0, tokens.SPACE_1)
            box.addWidget(choice)
            box.addWidget(explained)
        holder.setLayout(box)
        return holder

    def _follow_kind(self) -> None:
        show_when(self._model_row, self.kind in _EMBEDDED)
        show_when(self._size_row, self.kind != "keyvalue" and self.client.preferences.expert)

    def ask(self) -> Handle:
        return self.client.memory.create_bank(
            self.name.text().strip(),
            type=self.kind,
            embedding_model=self.model.model_id if self.kind in _EMBEDDED else "",
            chunking=Chunking(max_tokens=self.passage.value()) if self.client.preferences.expert else None,
        )


class EditBankDialog(_Form):
    """Name and description of a bank."""

    def __init__(self, parent: QWidget, client: EngineClient, bank: Bank) -> None:
        super().__init__(parent, client, self.tr("Rename and describe"), self.tr("Save"))
        self._bank = bank
        self.name = self.line(self.tr("Name"), bank.name)
        self.description = QPlainTextEdit(bank.description, tabChangesFocus=True)
        self.description.setPlaceholderText(self.tr("What is in it?"))
        self.description.setFixedHeight(84)
        self.add(self.tr("Description"), self.description)
        self.name.selectAll()

    def ask(self) -> Handle:
        changes = BankChanges(
            name=self.name.text().strip(), description=" ".join(self.description.toPlainText().split())
        )
        return self.client.memory.change_bank(self._bank.id, changes)


class ChangeModelDialog(_Form):
    """Another embedding model for a bank, and what that means."""

    def __init__(self, parent: QWidget, client: EngineClient, bank: Bank) -> None:
        super().__init__(parent, client, self.tr("Change embedding model"), self.tr("Change"))
        self._bank = bank
        advice = bank.fit.advice if bank.fit is not None else ""
        if advice:
            self.rows.addWidget(label(advice, "warning", wrap=True))
        meaning = self.tr(
            "All passages are embedded anew. The bank answers as before until that is done; progress is shown."
        )
        self.rows.addWidget(label(meaning, "muted", wrap=True))
        self.model = ModelChoice(client, without=bank.embedding_model)
        self.add(self.tr("Embedding model"), self.model)
        self.save.setEnabled(False)
        self.model.changed.connect(lambda: self.save.setEnabled(self.model.ready))

    def ask(self) -> Handle:
        return self.client.memory.change_model(self._bank.id, self.model.model_id)
