"""The side panel of a chat: memory banks, system prompt, length, and (in expert mode) how the next token is chosen."""

from __future__ import annotations

from typing import TypeVar

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QPlainTextEdit,
    QScrollArea,
    QSizePolicy,
    QSpinBox,
    QWidget,
)

from app.engine.domain.agents import AgentConfig
from app.ui.chat.bank_ticks import BankTicks
from app.ui.theme import tokens
from app.ui.widgets.basics import button, column, label

SpinT = TypeVar("SpinT", QSpinBox, QDoubleSpinBox)


class SidePanel(QScrollArea):
    """`changed(AgentConfig)` follows every change by the person."""

    changed = Signal(object)
    banks_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFixedWidth(tokens.SIDE_PANEL_WIDTH)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Chat settings"))
        self._config = AgentConfig()
        self._showing = False
        self.banks = BankTicks()
        self.banks.changed.connect(self._on_changed)
        self.banks.manage_wanted.connect(self.banks_wanted)
        self.passages = self._spin(1, 50, self.tr("Most passages"))
        self.least = self._spin(0, 100, self.tr("Least relevance"))
        self.least.setSuffix(" %")
        self.strict = QCheckBox(self.tr("Answer from documents only"))
        self.strict.setToolTip(self.tr("When nothing is found, the chat says so without asking the model."))
        self.strict.toggled.connect(self._on_changed)
        self.retrieval = self._retrieval()
        self.prompt = QPlainTextEdit()
        self.prompt.setPlaceholderText(
            self.tr("How should the model behave? For example: answer briefly, in plain words.")
        )
        self.prompt.setAccessibleName(self.tr("System prompt"))
        self.prompt.setTabChangesFocus(True)
        self.prompt.setFixedHeight(150)
        self.prompt.textChanged.connect(self._on_changed)
        self.max_tokens = self._spin(0, 1_000_000, self.tr("Longest answer in tokens"))
        self.max_tokens.setSpecialValueText(self.tr("No limit"))
        self.temperature = self._real(0, 2, 0.05, self.tr("Temperature"))
        self.top_p = self._real(0, 1, 0.01, self.tr("Top P"))
        self.top_k = self._spin(0, 1000, self.tr("Top K"))
        self.min_p = self._real(0, 1, 0.01, self.tr("Min P"))
        self.repeat = self._real(0.5, 2, 0.05, self.tr("Repeat penalty"))
        self.seed = self._spin(-1, 2**31 - 1, self.tr("Seed"))
        self.seed.setSpecialValueText(self.tr("Random"))
        self.policy = QComboBox()
        self.policy.setAccessibleName(self.tr("When the context is full"))
        self.policy.addItem(self.tr("Leave out the oldest turns"), "drop_oldest")
        self.policy.addItem(self.tr("Refuse the message"), "refuse")
        self.policy.currentIndexChanged.connect(self._on_changed)
        self.sampling = self._sampling()
        self.setWidget(self._content())

    def show_config(self, config: AgentConfig) -> None:
        """Show how the chat answers now."""
        self._showing = True
        self._config = config
        sampling = config.sampling
        if self.prompt.toPlainText() != config.instructions:
            self.prompt.setPlainText(config.instructions)
        self.banks.show_ticked(config.banks)
        self.passages.setValue(config.retrieval.limit)
        self.least.setValue(round(100 * config.retrieval.min_score))
        self.strict.setChecked(config.retrieval.strict)
        self.max_tokens.setValue(config.max_tokens or 0)
        self.temperature.setValue(sampling.temperature)
        self.top_p.setValue(sampling.top_p)
        self.top_k.setValue(sampling.top_k)
        self.min_p.setValue(sampling.min_p)
        self.repeat.setValue(sampling.repeat_penalty)
        self.seed.setValue(-1 if sampling.seed is None else sampling.seed)
        self.policy.setCurrentIndex(self.policy.findData(config.context_policy))
        self._showing = False

    def set_expert(self, expert: bool) -> None:
        """Show or hide sampling and the details of retrieval."""
        self.retrieval.setVisible(expert)
        self.sampling.setVisible(expert)

    def _content(self) -> QWidget:
        holder = QWidget()
        holder.setProperty("kind", "transparent")
        holder.setLayout(
            column(
                label(self.tr("Look things up in"), "strong"), self.banks, self.retrieval, tokens.SPACE_2,
                label(self.tr("System prompt"), "strong"), self.prompt, tokens.SPACE_2,
                label(self.tr("Longest answer"), "strong"), self.max_tokens, tokens.SPACE_2, self.sampling, None,
                spacing=6, margins=(tokens.SPACE_4, tokens.SPACE_4, tokens.SPACE_4, tokens.SPACE_4),
            )
        )  # fmt: skip
        return holder

    def _retrieval(self) -> QWidget:
        holder = QWidget()
        form = QFormLayout()
        form.setContentsMargins(0, tokens.SPACE_1, 0, 0)
        form.setVerticalSpacing(tokens.SPACE_2)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for words, field in ((self.tr("Most passages"), self.passages), (self.tr("Least relevance"), self.least)):
            caption = label(words)
            caption.setMinimumHeight(tokens.CONTROL_HEIGHT)
            form.addRow(caption, field)
        holder.setLayout(column(form, self.strict, spacing=tokens.SPACE_2))
        return holder

    def _sampling(self) -> QWidget:
        holder = QWidget()
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(tokens.SPACE_2)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for words, field in (
            (self.tr("Temperature"), self.temperature),
            (self.tr("Top P"), self.top_p),
            (self.tr("Top K"), self.top_k),
            (self.tr("Min P"), self.min_p),
            (self.tr("Repeat penalty"), self.repeat),
            (self.tr("Seed"), self.seed),
        ):
            caption = label(words)
            caption.setMinimumHeight(tokens.CONTROL_HEIGHT)
            form.addRow(caption, field)
        reset = button(self.tr("Reset sampling"), self._reset, "quiet")
        box = column(label(self.tr("Sampling"), "strong"), form, spacing=tokens.SPACE_2)
        box.addWidget(reset, 0, Qt.AlignmentFlag.AlignLeft)
        box.addWidget(label(self.tr("When the context is full"), "strong"))
        box.addWidget(self.policy)
        holder.setLayout(box)
        return holder

    def _spin(self, least: int, most: int, name: str) -> QSpinBox:
        made = QSpinBox(minimum=least, maximum=most)
        return self._prepared(made, name)

    def _real(self, least: float, most: float, step: float, name: str) -> QDoubleSpinBox:
        made = QDoubleSpinBox(minimum=least, maximum=most, singleStep=step, decimals=2)
        return self._prepared(made, name)

    def _prepared(self, made: SpinT, name: str) -> SpinT:
        made.setAccessibleName(name)
        made.setKeyboardTracking(False)
        made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        made.setMinimumWidth(96)
        made.lineEdit().setTextMargins(6, 0, 0, 0)
        # A wheel over a scrolling panel must not change values by accident.
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        made.valueChanged.connect(self._on_changed)
        return made

    def _reset(self) -> None:
        config = msgspec.structs.replace(self._config, sampling=AgentConfig().sampling)
        self.show_config(config)
        self.changed.emit(config)

    def _on_changed(self, *_value: object) -> None:
        if self._showing:
            return
        sampling = msgspec.structs.replace(
            self._config.sampling,
            temperature=self.temperature.value(),
            top_p=self.top_p.value(),
            top_k=self.top_k.value(),
            min_p=self.min_p.value(),
            repeat_penalty=self.repeat.value(),
            seed=None if self.seed.value() < 0 else self.seed.value(),
        )
        retrieval = msgspec.structs.replace(
            self._config.retrieval,
            limit=self.passages.value(),
            min_score=self.least.value() / 100,
            strict=self.strict.isChecked(),
        )
        self._config = msgspec.structs.replace(
            self._config,
            banks=self.banks.ticked(),
            retrieval=retrieval,
            instructions=self.prompt.toPlainText(),
            max_tokens=self.max_tokens.value() or None,
            sampling=sampling,
            context_policy=self.policy.currentData(),
        )
        self.changed.emit(self._config)
