"""How a model is put into memory: the form of its load settings, with the verdict that follows from them.

Must not apply anything; `changed` says what the person wants.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QSpinBox, QWidget

from app.engine.domain.models import FitVerdict, LoadSettings
from app.ui.models.verdict import VerdictLine
from app.ui.theme import tokens
from app.ui.widgets.basics import button, column, frame, label, row
from app.ui.widgets.disclosure import Disclosure
from app.ui.widgets.fields import prepare_field
from app.ui.widgets.visibility import show_when

_MOST_CONTEXT, _CONTEXT_STEP = 1 << 22, 1024
_MOST_LAYERS, _MOST_THREADS, _MOST_MINUTES = 1000, 512, 10_000


class LoadSettingsPanel(QWidget):
    """`changed(LoadSettings)` follows every change by the person, `reload_wanted()` the wish to use it now."""

    changed = Signal(object)
    reload_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Load settings"))
        self._settings = LoadSettings()
        self._showing = False
        self.context = self._spin(0, _MOST_CONTEXT, self.tr("Context in tokens"))
        self.context.setSingleStep(_CONTEXT_STEP)
        self.context.setSpecialValueText(self.tr("Automatic"))
        self.layers = self._spin(-1, _MOST_LAYERS, self.tr("Layers on the GPU"))
        self.layers.setSpecialValueText(self.tr("Automatic"))
        self.layers.setToolTip(self.tr("0 keeps the whole model on the processor."))
        self.idle = self._spin(-1, _MOST_MINUTES, self.tr("Minutes without use after which it leaves memory"))
        self.idle.setSuffix(self.tr(" min"))
        self.idle.setToolTip(self.tr("0 keeps it in memory."))
        self.threads = self._spin(0, _MOST_THREADS, self.tr("Processor threads"))
        self.threads.setSpecialValueText(self.tr("Automatic"))
        self.kv_type = self._choice(
            self.tr("Precision of the context"),
            (("f16", self.tr("Full (f16)")), ("q8_0", self.tr("Half (q8_0)")), ("q4_0", self.tr("Quarter (q4_0)"))),
        )
        self.flash = self._choice(
            self.tr("Flash attention"),
            (("auto", self.tr("Automatic")), ("on", self.tr("On")), ("off", self.tr("Off"))),
        )
        self.verdict = VerdictLine()
        self.refused = label("", "danger", wrap=True)
        self.more = Disclosure(self.tr("More"))
        self.more.set_content(self._form(self._expert_fields()))
        self._later = self._later_card()
        self._lay_out()
        self.show_default_idle(LoadSettings().idle_unload_minutes)

    def show_settings(self, settings: LoadSettings, most_context: int) -> None:
        """Show a model's settings; `most_context` is what it was trained for, 0 when unknown."""
        self._showing = True
        self._settings = settings
        self.context.setMaximum(most_context or _MOST_CONTEXT)
        self.context.setValue(settings.context_length or 0)
        self.layers.setValue(-1 if settings.gpu_layers is None else settings.gpu_layers)
        self.threads.setValue(settings.threads or 0)
        self.idle.setValue(-1 if settings.idle_unload_minutes is None else settings.idle_unload_minutes)
        self.kv_type.setCurrentIndex(self.kv_type.findData(settings.kv_type))
        self.flash.setCurrentIndex(self.flash.findData(settings.flash_attention))
        self._showing = False

    def show_default_idle(self, minutes: int | None) -> None:
        """Say what leaving the idle time to Settings means."""
        timed = self.tr("As in Settings ({minutes} min)").format(minutes=minutes)
        self.idle.setSpecialValueText(timed if minutes else self.tr("As in Settings"))

    def show_verdict(self, verdict: FitVerdict | None) -> None:
        """Show whether the model fits with these settings."""
        self.verdict.show_verdict(verdict)

    def show_refusal(self, words: str) -> None:
        """Say why a value was refused; an empty text hides the line."""
        self.refused.setText(words)
        show_when(self.refused, bool(words))

    def show_loaded(self, loaded: bool) -> None:
        """Offer to load again when the model runs with older settings."""
        show_when(self._later, loaded)

    def set_expert(self, expert: bool) -> None:
        """Open what only experts need."""
        self.more.toggle.setChecked(expert)

    def _lay_out(self) -> None:
        basic = (
            (self.tr("Context"), self.context),
            (self.tr("GPU layers"), self.layers),
            (self.tr("Unload when idle"), self.idle),
        )
        self.setLayout(
            column(
                label(self.tr("Load settings"), "section"), self._form(basic), self.more, self.refused, self.verdict,
                self._later, spacing=tokens.SPACE_3,
            )
        )  # fmt: skip
        self.show_refusal("")
        self.show_loaded(False)

    def _expert_fields(self) -> tuple[tuple[str, QWidget], ...]:
        return (
            (self.tr("Threads"), self.threads),
            (self.tr("Context precision"), self.kv_type),
            (self.tr("Flash attention"), self.flash),
        )

    def _form(self, fields: tuple[tuple[str, QWidget], ...]) -> QWidget:
        holder = QWidget()
        form = QFormLayout(holder)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(tokens.SPACE_2)
        form.setHorizontalSpacing(tokens.SPACE_3)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for words, field in fields:
            caption = label(words)
            # A form aligns its captions by their own height.
            caption.setMinimumHeight(tokens.CONTROL_HEIGHT)
            form.addRow(caption, field)
        return holder

    def _later_card(self) -> QWidget:
        card = frame("banner")
        again = button(self.tr("Load again now"), self.reload_wanted.emit, "quiet")
        words = label(self.tr("In force when the model is loaded again."), "secondary", wrap=True)
        line = row(spacing=tokens.SPACE_2, margins=(tokens.SPACE_3, tokens.SPACE_1, tokens.SPACE_1, tokens.SPACE_1))
        line.addWidget(words, 1)
        line.addWidget(again)
        card.setLayout(line)
        return card

    def _spin(self, least: int, most: int, name: str) -> QSpinBox:
        made = QSpinBox(minimum=least, maximum=most)
        made.setAccessibleName(name)
        made.setGroupSeparatorShown(True)
        made.setKeyboardTracking(False)
        prepare_field(made)
        made.valueChanged.connect(self._on_changed)
        return made

    def _choice(self, name: str, choices: tuple[tuple[str, str], ...]) -> QComboBox:
        made = QComboBox()
        made.setAccessibleName(name)
        prepare_field(made)
        for value, words in choices:
            made.addItem(words, value)
        made.currentIndexChanged.connect(self._on_changed)
        return made

    def _on_changed(self, *_value: object) -> None:
        if self._showing:
            return
        self._settings = LoadSettings(
            context_length=self.context.value() or None,
            gpu_layers=None if self.layers.value() < 0 else self.layers.value(),
            threads=self.threads.value() or None,
            kv_type=self.kv_type.currentData(),
            flash_attention=self.flash.currentData(),
            idle_unload_minutes=None if self.idle.value() < 0 else self.idle.value(),
        )
        self.changed.emit(self._settings)
