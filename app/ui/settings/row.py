"""One setting on a page: its words, its editor, a way back to the default, and why a value was refused.

A change is applied at once. Must not know the page it stands on.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from app.engine.domain.errors import PaddockError
from app.engine.domain.models import Model
from app.ui.bridge.client import EngineClient
from app.ui.settings.editors import Editor, ModelEditor, editor_of
from app.ui.settings.schema import SettingField, description_words, fields, title_words
from app.ui.theme import tokens
from app.ui.widgets.basics import action, button, column, label, row, tool_button
from app.ui.widgets.visibility import show_when

_EDITOR_WIDTH = 210


class SettingRow(QWidget):
    """Follows the setting, whoever changes it. `elsewhere_wanted()` follows the button of one that lives on a page."""

    elsewhere_wanted = Signal()

    def __init__(self, client: EngineClient, name: str) -> None:
        super().__init__()
        self._client = client
        self.field: SettingField = fields()[name]
        self._seen: Any = self.field.default
        self.title = label(title_words(self.field), "strong")
        self.description = label(description_words(self.field), "secondary", wrap=True)
        self.refused = label("", "danger", wrap=True)
        self.reset = action(self, self.tr("Back to the default"), self._reset, icon_name="rotate-ccw")
        self._reset_button = tool_button(self.reset)
        self._reset_button.setAccessibleName(self.tr("Back to the default: {title}").format(title=self.title.text()))
        policy = self._reset_button.sizePolicy()
        # Its room stays, so that nothing moves when a value leaves its default.
        policy.setRetainSizeWhenHidden(True)
        self._reset_button.setSizePolicy(policy)
        self.editor: Editor | None = None
        self.setLayout(self._lay_out())
        client.preferences.changed.connect(self._on_preferences)
        if isinstance(self.editor, ModelEditor):
            client.models.changed.connect(self._fetch_models)
            client.started.connect(self._fetch_models)
            if client.state == "ready":
                self._fetch_models()
        if self.editor is not None:
            self.editor.show_value(self._seen)
        self._show_refusal("")
        self._on_preferences()

    def _lay_out(self) -> Any:
        words = column(self.title, self.description, spacing=2)
        margins = (0, tokens.SPACE_2, 0, tokens.SPACE_2)
        top = row(spacing=tokens.SPACE_3)
        top.addLayout(words, 1)
        if self.field.kind == "elsewhere":
            top.addWidget(button(self.tr("Open Models"), self.elsewhere_wanted.emit))
            self._reset_button.setParent(self)
            self._reset_button.hide()
            return column(top, margins=margins)
        self.editor = editor_of(self.field)
        self.editor.changed.connect(self.apply)
        top.addWidget(self._reset_button, 0, Qt.AlignmentFlag.AlignTop)
        box = column(top, spacing=tokens.SPACE_2, margins=margins)
        if self.editor.is_wide:
            box.addWidget(self.editor.widget)
        else:
            self._place_beside(top)
        box.addWidget(self.refused)
        return box

    def _place_beside(self, top: Any) -> None:
        assert self.editor is not None
        if self.field.kind == "switch":
            top.addWidget(self.editor.widget, 0, Qt.AlignmentFlag.AlignTop)
        else:
            self.editor.widget.setFixedWidth(_EDITOR_WIDTH)
            top.addWidget(self.editor.widget, 0, Qt.AlignmentFlag.AlignTop)

    def apply(self, value: Any) -> None:
        """Apply a value at once; a refused one stays in its field with the reason below."""
        handle = self._client.preferences.set({self.field.name: value})
        handle.on(self, done=lambda _settings: self._on_applied(), failed=self._on_refused)

    def _on_applied(self) -> None:
        self._show_refusal("")

    def _on_refused(self, error: PaddockError) -> None:
        self._show_refusal(error.in_words())

    def _show_refusal(self, words: str) -> None:
        self.refused.setText(words)
        show_when(self.refused, bool(words))
        self._offer_reset()

    def _offer_reset(self) -> None:
        if self.editor is not None:
            show_when(self._reset_button, self._seen != self.field.default or bool(self.refused.text()))

    def _reset(self) -> None:
        if self.editor is not None:
            self.editor.show_value(self.field.default)
        self.apply(self.field.default)

    def _on_preferences(self) -> None:
        """Follow a new value; other settings that change leave what is typed here alone."""
        value = getattr(self._client.preferences.settings, self.field.name)
        if self.editor is not None and value != self._seen:
            self.editor.show_value(value)
        self._seen = value
        self._offer_reset()

    def _fetch_models(self) -> None:
        self._client.models.list().on(self, done=self._on_models)

    def _on_models(self, models: tuple[Model, ...]) -> None:
        if isinstance(self.editor, ModelEditor):
            self.editor.show_models(models)
