"""A slider for how sure a shield must be, with its meaning in words below. Must not know what it is for."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QSlider, QWidget

from app.ui.safety.words import strictness_meaning, threshold_words
from app.ui.widgets.basics import column, label
from app.ui.widgets.fields import keep_wheel_away

_LEAST, _MOST, _STEP, _SETTLE_MS, _HEIGHT = 5, 99, 5, 350, 20


class Threshold(QWidget):
    """`changed(threshold)`, 0 to 1, a moment after the person stopped moving it, never after `show_value`."""

    changed = Signal(float)

    def __init__(self, name: str, *, width: int = 150) -> None:
        super().__init__()
        self._expert = False
        self._showing = False
        self._known = 0.5
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(_LEAST, _MOST)
        self.slider.setValue(round(100 * self._known))
        self.slider.setSingleStep(1)
        self.slider.setPageStep(_STEP)
        self.slider.setFixedSize(width, _HEIGHT)
        self.slider.setAccessibleName(name)
        self.slider.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        keep_wheel_away(self.slider)
        self.words = label("", "secondary")
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self._report)
        self.slider.valueChanged.connect(self._on_value)
        self.slider.sliderReleased.connect(self._report)
        self.setFixedWidth(width)
        self.setLayout(column(self.slider, self.words, spacing=0))
        self._say()

    @property
    def value(self) -> float:
        """What the slider stands at."""
        return self.slider.value() / 100

    def show_value(self, threshold: float) -> None:
        """Show a threshold, unless the person moves it right now."""
        self._known = threshold
        if self.slider.isSliderDown() or self._settle.isActive():
            return
        self._showing = True
        self.slider.setValue(round(100 * threshold))
        self._showing = False
        self._say()

    def set_expert(self, expert: bool) -> None:
        """Show or hide the number."""
        self._expert = expert
        self._say()

    def _on_value(self, _value: int) -> None:
        self._say()
        if not self._showing:
            self._settle.start()

    def _report(self) -> None:
        self._settle.stop()
        if round(100 * self._known) != self.slider.value():
            self._known = self.value
            self.changed.emit(self.value)

    def _say(self) -> None:
        words = threshold_words(self.value, expert=self._expert)
        self.words.setText(words)
        meaning = strictness_meaning(self.value)
        self.slider.setToolTip(meaning)
        self.slider.setAccessibleDescription(f"{words}. {meaning}")
