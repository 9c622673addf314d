"""One editor per kind of setting: shows a value and says when the person has changed it. Must not apply anything."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QLineEdit, QPlainTextEdit, QSpinBox, QWidget

from app.engine.domain.models import Model
from app.ui.settings.choices import choice_words, least_words, suffix_of
from app.ui.settings.schema import SettingField, description_words, title_words
from app.ui.theme import tokens
from app.ui.widgets.fields import prepare_field
from app.ui.widgets.switch import Switch

_MOST_WHOLE = 2**31 - 1
_MOST_REAL = 1e9
_TEXT_HEIGHT, _LINES_HEIGHT, _TYPING_MS = 96, 72, 600


class Editor(QObject):
    """`changed(value)` follows what the person does, never what `show_value` shows. `widget` is what to lay out."""

    changed = Signal(object)

    def __init__(self, field: SettingField, widget: QWidget) -> None:
        super().__init__(widget)
        self.field = field
        self.widget = widget
        self._showing = False
        widget.setAccessibleName(title_words(field))
        widget.setAccessibleDescription(description_words(field))

    @property
    def is_wide(self) -> bool:
        """Tell whether the editor wants the whole width, below its words."""
        return self.field.kind in ("text", "lines")

    def show_value(self, value: Any) -> None:
        """Show a value without reporting it."""
        self._showing = True
        self._put(value)
        self._showing = False

    def _put(self, value: Any) -> None:
        raise NotImplementedError

    def _report(self, value: object) -> None:
        if not self._showing:
            self.changed.emit(value)


class SwitchEditor(Editor):
    """A yes or no."""

    def __init__(self, field: SettingField) -> None:
        self.switch = Switch(field.title)
        super().__init__(field, self.switch)
        self.switch.toggled.connect(self._report)

    def _put(self, value: Any) -> None:
        self.switch.setChecked(value)


class ChoiceEditor(Editor):
    """One of a few words."""

    def __init__(self, field: SettingField) -> None:
        self.box = QComboBox()
        super().__init__(field, self.box)
        prepare_field(self.box)
        for value in field.choices:
            self.box.addItem(choice_words(value), value)
        self.box.currentIndexChanged.connect(lambda _index: self._report(self.box.currentData()))

    def _put(self, value: Any) -> None:
        self.box.setCurrentIndex(self.box.findData(value))


class ModelEditor(Editor):
    """One of the installed models, or none."""

    def __init__(self, field: SettingField) -> None:
        self.box = QComboBox()
        super().__init__(field, self.box)
        self._value = ""
        prepare_field(self.box)
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.box.setMinimumContentsLength(18)
        self.box.currentIndexChanged.connect(lambda _index: self._report(self.box.currentData()))
        self.show_models(())

    def show_models(self, models: tuple[Model, ...]) -> None:
        """Offer these models; one that is set but not installed stays in the list by its id."""
        self._showing = True
        self.box.clear()
        self.box.addItem(self.tr("The one used last"), "")
        for model in models:
            if model.purpose in ("chat", "base"):
                self.box.addItem(model.name, model.id)
        self._put(self._value)
        self._showing = False

    def _put(self, value: Any) -> None:
        self._value = value
        if self.box.findData(value) < 0:
            self.box.addItem(self.tr("{name} (not installed)").format(name=value), value)
        self.box.setCurrentIndex(self.box.findData(value))


class WholeEditor(Editor):
    """A whole number with bounds and a unit."""

    def __init__(self, field: SettingField) -> None:
        self.spin = QSpinBox(minimum=int(field.least or 0), maximum=int(field.most or _MOST_WHOLE))
        super().__init__(field, self.spin)
        prepare_field(self.spin)
        self.spin.setKeyboardTracking(False)
        self.spin.setGroupSeparatorShown(field.name != "server_port")
        self.spin.setSuffix(suffix_of(field.name))
        self.spin.setSpecialValueText(least_words(field.name))
        self.spin.valueChanged.connect(self._report)

    def _put(self, value: Any) -> None:
        self.spin.setValue(value)


class RealEditor(Editor):
    """A number with bounds and a unit."""

    def __init__(self, field: SettingField) -> None:
        share = field.most is not None and field.most <= 2
        self.spin = QDoubleSpinBox(
            decimals=2 if share else 1, singleStep=0.05 if share else 1.0,
            minimum=field.least or 0.0, maximum=field.most or _MOST_REAL,
        )  # fmt: skip
        super().__init__(field, self.spin)
        prepare_field(self.spin)
        self.spin.setKeyboardTracking(False)
        self.spin.setSuffix(suffix_of(field.name))
        self.spin.valueChanged.connect(self._report)

    def _put(self, value: Any) -> None:
        self.spin.setValue(value)


class LineEditor(Editor):
    """One line of text, reported when it is left or Enter is pressed."""

    def __init__(self, field: SettingField) -> None:
        self.line = QLineEdit()
        self.line.setFixedHeight(tokens.CONTROL_HEIGHT)
        super().__init__(field, self.line)
        self._last = ""
        self.line.editingFinished.connect(self._on_finished)

    def _put(self, value: Any) -> None:
        self._last = value
        self.line.setText(value)

    def _on_finished(self) -> None:
        text = self.line.text().strip()
        if text != self._last:
            self._last = text
            self._report(text)


class TextEditor(Editor):
    """Several lines of text, reported when the typing rests and when the field is left."""

    def __init__(self, field: SettingField) -> None:
        self.area = QPlainTextEdit()
        super().__init__(field, self.area)
        self._last = ""
        self.area.setTabChangesFocus(True)
        self.area.setFixedHeight(_TEXT_HEIGHT if field.kind == "text" else _LINES_HEIGHT)
        self._timer = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._timer.timeout.connect(self._on_rest)
        self.area.textChanged.connect(self._on_typed)
        self.area.installEventFilter(self)
        if field.kind == "lines":
            self.area.setPlaceholderText(self.tr("One on each line"))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self._on_rest()
        return False

    def _put(self, value: Any) -> None:
        text = "\n".join(value) if self.field.kind == "lines" else str(value)
        self._last = text
        if text.strip() != self.area.toPlainText().strip():
            self.area.setPlainText(text)

    def _on_typed(self) -> None:
        if not self._showing:
            self._timer.start()

    def _on_rest(self) -> None:
        self._timer.stop()
        text = self.area.toPlainText()
        if text.strip() == self._last.strip():
            return
        self._last = text
        lines = tuple(line.strip() for line in text.splitlines() if line.strip())
        self._report(lines if self.field.kind == "lines" else text.strip())


_EDITORS: dict[str, type[Editor]] = {
    "switch": SwitchEditor,
    "choice": ChoiceEditor,
    "model": ModelEditor,
    "whole": WholeEditor,
    "real": RealEditor,
    "line": LineEditor,
    "text": TextEditor,
    "lines": TextEditor,
}


def editor_of(field: SettingField) -> Editor:
    """Return the editor for a setting."""
    return _EDITORS[field.kind](field)  # type: ignore[call-arg]
