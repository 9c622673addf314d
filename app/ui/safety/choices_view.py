"""The choices of the policy that are one of a few: failing shields, how answers are shown, what the log keeps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QComboBox, QRadioButton, QSpinBox, QWidget

from app.engine.domain.safety import KeptText, OnError, Policy, Streaming
from app.ui.safety.changes import PolicyChanges
from app.ui.safety.words import kept_words, on_error_words, streaming_words
from app.ui.theme import tokens
from app.ui.widgets.basics import column, label, row
from app.ui.widgets.fields import prepare_field

_STREAMING: tuple[Streaming, ...] = ("verify", "retract", "final")
_ON_ERROR: tuple[OnError, ...] = ("closed", "open")
_KEPT: tuple[KeptText, ...] = ("none", "excerpt", "full")
_MOST_DAYS, _FIELD_WIDTH, _INDENT = 3650, 210, 24


class Choice(QWidget):
    """Radio buttons, each with a sentence below. `chosen(value)` follows the person only."""

    chosen = Signal(object)

    def __init__(self, name: str, options: Sequence[str], words: Callable[[Any], tuple[str, str]]) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self.buttons: dict[str, QRadioButton] = {}
        box = column(spacing=tokens.SPACE_2)
        for option in options:
            title, meaning = words(option)
            made = self.buttons[option] = QRadioButton(title)
            made.setAccessibleDescription(meaning)
            made.clicked.connect(lambda _checked=False, option=option: self.chosen.emit(option))
            self._group.addButton(made)
            about = label(meaning, "secondary", wrap=True)
            about.setContentsMargins(_INDENT, 0, 0, 0)
            box.addLayout(column(made, about, spacing=1))
        self.setLayout(box)

    def show_value(self, value: str) -> None:
        """Show what is chosen."""
        self.buttons[value].setChecked(True)


class ChoicesView(QWidget):
    """Follows `show_now`."""

    def __init__(self, changes: PolicyChanges) -> None:
        super().__init__()
        self._changes = changes
        self._showing = False
        self.streaming = Choice(self.tr("How answers are shown"), _STREAMING, streaming_words)
        self.streaming.chosen.connect(lambda value: self._apply(streaming=value))
        self.on_error = Choice(self.tr("When a shield itself fails"), _ON_ERROR, on_error_words)
        self.on_error.chosen.connect(lambda value: self._apply(on_error=value))
        self.kept = QComboBox()
        self.kept.setAccessibleName(self.tr("What the log keeps of a text"))
        for each in _KEPT:
            self.kept.addItem(kept_words(each), each)
        self.kept.currentIndexChanged.connect(lambda _row: self._apply(kept_text=self.kept.currentData()))
        self.days = QSpinBox(minimum=1, maximum=_MOST_DAYS, suffix=self.tr(" days"))
        self.days.setAccessibleName(self.tr("How long the log keeps entries"))
        self.days.setKeyboardTracking(False)
        self.days.valueChanged.connect(lambda value: self._apply(log_days=value))
        for field in (self.kept, self.days):
            prepare_field(field)
            field.setFixedWidth(_FIELD_WIDTH)
        self._lay_out()

    def show_now(self) -> None:
        """Show the policy as it is."""
        policy = self._changes.policy
        self._showing = True
        self.streaming.show_value(policy.streaming)
        self.on_error.show_value(policy.on_error)
        self.kept.setCurrentIndex(self.kept.findData(policy.kept_text))
        if not self.days.hasFocus() or self.days.value() != policy.log_days:
            self.days.setValue(policy.log_days)
        self._showing = False

    def _lay_out(self) -> None:
        about = label(
            self.tr("Every verdict is logged on this computer, so that you can see what was stopped and why."),
            "secondary", wrap=True,
        )  # fmt: skip
        self.setLayout(
            column(
                label(self.tr("How answers are shown"), "section"), self.streaming, tokens.SPACE_6,
                label(self.tr("When a shield itself fails"), "section"), self.on_error, tokens.SPACE_6,
                label(self.tr("The log"), "section"), about,
                _line(self.tr("What it keeps of a text"), self.kept),
                _line(self.tr("How long it keeps entries"), self.days),
                spacing=tokens.SPACE_2,
            )
        )  # fmt: skip

    def _apply(self, **fields: object) -> None:
        def change(policy: Policy) -> Policy:
            changed: Policy = replace(policy, **fields)
            return changed

        if not self._showing:
            self._changes.apply(change)


def _line(words: str, field: QWidget) -> Any:
    line = row(spacing=tokens.SPACE_3)
    line.addWidget(label(words, wrap=True), 1)
    line.addWidget(field, 0, Qt.AlignmentFlag.AlignVCenter)
    return line
