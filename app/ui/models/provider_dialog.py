"""The form of a remote provider. Its key goes straight to the keychain and is never shown again."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QFormLayout, QLineEdit, QWidget

from app.engine.domain.errors import PaddockError
from app.engine.domain.settings import RemoteProvider
from app.ui.bridge.client import EngineClient
from app.ui.theme import tokens
from app.ui.widgets.basics import button, column, label, row, set_kind
from app.ui.widgets.visibility import show_when

_PRESETS = (
    ("openai", "OpenAI", "https://api.openai.com/v1"),
    ("ollama", "Ollama", "http://127.0.0.1:11434/v1"),
    ("vllm", "vLLM", "http://127.0.0.1:8000/v1"),
    ("together", "Together AI", "https://api.together.xyz/v1"),
)
_WIDTH = 460


class ProviderDialog(QDialog):
    """Adds a provider, or changes the given one. It closes only when the provider has answered."""

    def __init__(self, parent: QWidget, client: EngineClient, provider: RemoteProvider | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._client = client
        self._known = provider
        changing = self.tr("Change {name}").format(name=provider.id if provider is not None else "")
        title = self.tr("Add a remote provider") if provider is None else changing
        self.setWindowTitle(title)
        self.setMinimumWidth(_WIDTH)
        self.preset = QComboBox()
        self.preset.setAccessibleName(self.tr("Kind"))
        for value, words, _address in _PRESETS:
            self.preset.addItem(words, value)
        self.name = self._line(self.tr("Name"), self.tr("For example: lab"))
        self.address = self._line(self.tr("Address"), "https://")
        self.key = self._line(self.tr("Key"), self.tr("Empty if it needs none"))
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.words = label("", "secondary", wrap=True)
        self.save = button(self.tr("Add") if provider is None else self.tr("Save"), self._save, "primary")
        self.save.setDefault(True)
        self._lay_out(title)
        self.preset.currentIndexChanged.connect(self._on_preset)
        self.name.textChanged.connect(self._check)
        self.address.textChanged.connect(self._check)
        self._fill(provider)

    def _line(self, name: str, hint: str) -> QLineEdit:
        made = QLineEdit(placeholderText=hint)
        made.setAccessibleName(name)
        return made

    def _lay_out(self, title: str) -> None:
        form = QFormLayout()
        form.setVerticalSpacing(tokens.SPACE_2)
        form.setHorizontalSpacing(tokens.SPACE_4)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for words, field in (
            (self.tr("Kind"), self.preset),
            (self.tr("Name"), self.name),
            (self.tr("Address"), self.address),
            (self.tr("Key"), self.key),
        ):
            caption = label(words)
            caption.setMinimumHeight(tokens.CONTROL_HEIGHT)
            form.addRow(caption, field)
        intro = self.tr("What you ask its models leaves this computer. The key is kept in the system's keychain.")
        buttons = row(None, button(self.tr("Cancel"), self.reject), self.save, spacing=tokens.SPACE_2)
        self.setLayout(
            column(
                label(title, "section"), label(intro, "muted", wrap=True), form, self.words, buttons,
                spacing=tokens.SPACE_3, margins=(tokens.SPACE_6,) * 4,
            )
        )  # fmt: skip

    def _fill(self, provider: RemoteProvider | None) -> None:
        if provider is None:
            self._on_preset()
        else:
            self.preset.setCurrentIndex(self.preset.findData(provider.preset))
            self.name.setText(provider.id)
            self.name.setEnabled(False)
            self.address.setText(provider.base_url)
            self.key.setPlaceholderText(self.tr("Leave empty to keep the key that is known"))
        self._say("")
        self._check()

    def _on_preset(self) -> None:
        """Offer the usual name and address, without overwriting what was typed."""
        value, _words, address = _PRESETS[self.preset.currentIndex()]
        usual = {each for _value, _name, each in _PRESETS}
        if self.address.text() in ("", *usual):
            self.address.setText(address)
        if self._known is None and self.name.text() in ("", *(each for each, _name, _address in _PRESETS)):
            self.name.setText(value)

    def _check(self) -> None:
        named = re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,39}", self.name.text().strip()) is not None
        self.save.setEnabled(named and self.address.text().strip().startswith(("http://", "https://")))
        wrong = bool(self.name.text().strip()) and not named
        self._say(self.tr("A name has small letters, digits, - and _ only.") if wrong else "", "danger")

    def _say(self, words: str, kind: str = "secondary") -> None:
        set_kind(self.words, kind)
        self.words.setText(words)
        show_when(self.words, bool(words))

    def _save(self) -> None:
        provider = RemoteProvider(
            id=self.name.text().strip(),
            preset=self.preset.currentData(),
            base_url=self.address.text().strip().rstrip("/"),
            models=self._known.models if self._known is not None else (),
        )
        self.save.setEnabled(False)
        self._say(self.tr("Asking the provider for its models …"))
        handle = self._client.models.set_remote(provider, self.key.text().strip() or None)
        handle.on(self, done=lambda _models: self.accept(), failed=self._on_failed)

    def _on_failed(self, error: PaddockError) -> None:
        self.save.setEnabled(True)
        self._say(error.in_words(), "danger")
