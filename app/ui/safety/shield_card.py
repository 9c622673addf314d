"""One shield of the policy: on or off, its state in words, where it runs, what then happens. Must not judge."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFrame, QHBoxLayout, QWidget

from app.engine.domain.safety import DIRECTIONS, LLAMA_GUARD, PROMPT_GUARD, Action, Direction, ShieldInfo
from app.ui.safety.changes import PolicyChanges
from app.ui.safety.threshold import Threshold
from app.ui.safety.words import action_words, direction_words, shield_description, shield_title
from app.ui.theme import tokens
from app.ui.widgets.basics import button, column, label, row
from app.ui.widgets.fields import prepare_field
from app.ui.widgets.flow import Flow
from app.ui.widgets.state_label import StateDot
from app.ui.widgets.switch import Switch
from app.ui.widgets.visibility import show_when

_ACTIONS: tuple[Action, ...] = ("block", "warn", "log")
_CAPTION_WIDTH, _ACTION_WIDTH = 104, 132


class ShieldCard(QFrame):
    """`show_now(info)` follows the policy and the state of the shield. Details are there while it is on.

    `model_wanted()` when the person asks for the model that is missing.
    """

    model_wanted = Signal()

    def __init__(self, name: str, changes: PolicyChanges) -> None:
        super().__init__()
        self.shield, self._changes = name, changes
        self._showing = False
        self.setProperty("kind", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        title = shield_title(name)
        self.setAccessibleName(title)
        self.switch = Switch(title)
        self.switch.setAccessibleDescription(shield_description(name))
        self.switch.toggled.connect(self._on_switch)
        self.dot = StateDot()
        self.state = label("", "secondary", wrap=True)
        self.get = button(self.tr("Get {shield}").format(shield=title), self.model_wanted.emit, "quiet", "download")
        self.boxes = {direction: self._box(direction) for direction in DIRECTIONS}
        self.action = self._make_action()
        self.threshold = Threshold(self.tr("How sure {shield} must be").format(shield=title), width=220)
        self.threshold.changed.connect(lambda value: changes.shield(name, threshold=value))
        self._nowhere = label(self.tr("Choose where it looks, or switch it off."), "warning-small", wrap=True)
        self._lay_out(title)

    def show_now(self, info: ShieldInfo | None, *, expert: bool) -> None:
        """Show the rule of the policy, and the state as last heard."""
        rule = self._changes.policy.shield(self.shield)
        self._showing = True
        self.switch.setChecked(rule.enabled)
        for direction, box in self.boxes.items():
            box.setChecked(direction in rule.directions)
        self.action.setCurrentIndex(self.action.findData(rule.action))
        self.threshold.show_value(rule.threshold)
        self.threshold.set_expert(expert)
        self._showing = False
        show_when(self._details, rule.enabled)
        show_when(self._nowhere, not rule.directions)
        # The guard's own state stands at the head of the page, and the rules are always ready.
        shown = self.shield == PROMPT_GUARD or (self.shield != LLAMA_GUARD and info is not None and not info.ready)
        show_when(self._state, shown and rule.enabled)
        self.state.setText(info.state if info is not None else self.tr("Looking …"))
        ready = info is not None and info.ready
        show_when(self.get, self.shield == PROMPT_GUARD and info is not None and not ready)
        self.dot.show_state("success" if ready else "text_disabled", ready)

    def _lay_out(self, title: str) -> None:
        head = row(spacing=tokens.SPACE_3)
        words = column(label(title, "strong"), label(shield_description(self.shield), "secondary", wrap=True))
        head.addLayout(words, 1)
        head.addWidget(self.switch, 0, Qt.AlignmentFlag.AlignVCenter)
        self._state = QWidget()
        line = row(self.dot, spacing=tokens.SPACE_2)
        line.addWidget(self.state, 1)
        line.addWidget(self.get)
        self._state.setLayout(line)
        where = Flow(spacing=tokens.SPACE_3)
        for box in self.boxes.values():
            where.add(box)
        self._details = QWidget()
        details = column(
            _captioned(self.tr("Looks at"), where), self._nowhere,
            _captioned(self.tr("What it finds"), self.action),
            spacing=tokens.SPACE_2, margins=(0, tokens.SPACE_1, 0, 0),
        )  # fmt: skip
        if self.shield == PROMPT_GUARD:
            details.addLayout(_captioned(self.tr("How careful"), self.threshold))
        else:
            self.threshold.hide()
            self.threshold.setParent(self)
        self._details.setLayout(details)
        margins = (tokens.SPACE_4, tokens.SPACE_3, tokens.SPACE_4, tokens.SPACE_3)
        self.setLayout(column(head, self._state, self._details, spacing=tokens.SPACE_2, margins=margins))

    def _box(self, direction: Direction) -> QCheckBox:
        words = direction_words(direction)
        made = QCheckBox(words)
        made.setAccessibleName(f"{shield_title(self.shield)}: {words}")
        made.toggled.connect(lambda _checked: self._on_boxes())
        return made

    def _make_action(self) -> QComboBox:
        made = QComboBox()
        made.setAccessibleName(self.tr("When {shield} finds something").format(shield=shield_title(self.shield)))
        prepare_field(made)
        made.setFixedWidth(_ACTION_WIDTH)
        for each in _ACTIONS:
            made.addItem(action_words(each), each)
        made.currentIndexChanged.connect(lambda _row: self._on_action())
        return made

    def _on_switch(self, enabled: bool) -> None:
        if not self._showing:
            said = self.tr("{shield} is off.").format(shield=shield_title(self.shield))
            self._changes.shield(self.shield, "" if enabled else said, enabled=enabled)

    def _on_boxes(self) -> None:
        if not self._showing:
            directions = tuple(direction for direction, box in self.boxes.items() if box.isChecked())
            self._changes.shield(self.shield, directions=directions)

    def _on_action(self) -> None:
        if not self._showing:
            self._changes.shield(self.shield, action=cast("Action", self.action.currentData()))


def _captioned(words: str, content: QWidget) -> QHBoxLayout:
    caption = label(words, "muted")
    caption.setFixedWidth(_CAPTION_WIDTH)
    if isinstance(content, QComboBox):
        caption.setFixedHeight(content.height())
    line = row(spacing=tokens.SPACE_3)
    line.addWidget(caption, 0, Qt.AlignmentFlag.AlignTop)
    line.addWidget(content, 1 if isinstance(content, Flow) else 0)
    if not isinstance(content, Flow):
        line.addStretch(1)
    return line
