"""The head of the safety page: the master switch, and which guard model judges, in words. Must not load a model."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QWidget

from app.engine.domain.models import ModelState
from app.engine.domain.safety import LLAMA_GUARD
from app.ui.bridge.client import EngineClient
from app.ui.safety.changes import PolicyChanges
from app.ui.theme import tokens
from app.ui.widgets.basics import button, column, label, row, set_kind
from app.ui.widgets.fields import prepare_field
from app.ui.widgets.state_label import PHASE_DOTS, StateDot
from app.ui.widgets.switch import Switch
from app.ui.widgets.visibility import show_when
from app.ui.widgets.words import state_words

_CHOICE_WIDTH = 210


class GuardRow(QWidget):
    """`guard_wanted()` follows the button that is there while no guard is installed."""

    guard_wanted = Signal()

    def __init__(self, client: EngineClient, changes: PolicyChanges) -> None:
        super().__init__()
        self._client, self._changes = client, changes
        self._showing = False
        self.switch = Switch(self.tr("Check messages and answers"))
        self.switch.toggled.connect(self._on_switch)
        self.about = label("", "secondary", wrap=True)
        self.dot = StateDot()
        self.name = label("", "strong")
        self.state = label("", "secondary", wrap=True)
        self.get = button(self.tr("Get a guard"), self.guard_wanted.emit, "primary")
        self.choice = QComboBox()
        self.choice.setAccessibleName(self.tr("Guard model"))
        prepare_field(self.choice)
        self.choice.setFixedWidth(_CHOICE_WIDTH)
        self.choice.currentIndexChanged.connect(lambda _row: self._on_choice())
        self._lay_out()
        client.safety.policy_changed.connect(self.show_now)
        client.safety.shields_changed.connect(self.show_now)
        client.models.state_changed.connect(lambda _model, _state: self._show_guard())
        changes.refused.connect(self.show_now)
        self.show_now()

    def show_now(self) -> None:
        """Show policy and guard as they are."""
        enabled = self._changes.policy.enabled
        self._showing = True
        self.switch.setChecked(enabled)
        on = self.tr("Shields look at what comes in and what goes out. You decide below what they do.")
        off = self.tr("Nothing is checked, and nothing is logged, except what an app asks for.")
        self.about.setText(on if enabled else off)
        set_kind(self.about, "secondary" if enabled else "warning-small")
        self._show_guard()
        self._showing = False

    def _lay_out(self) -> None:
        head = row(spacing=tokens.SPACE_3)
        title = label(self.tr("Check messages and answers"), "section")
        head.addLayout(column(title, self.about, spacing=2), 1)
        head.addWidget(self.switch, 0, Qt.AlignmentFlag.AlignTop)
        guard = row(spacing=tokens.SPACE_2)
        guard.addWidget(self.dot, 0, Qt.AlignmentFlag.AlignVCenter)
        guard.addWidget(self.name)
        guard.addWidget(self.choice)
        guard.addWidget(self.state, 1)
        guard.addWidget(self.get)
        self.setLayout(column(head, guard, spacing=tokens.SPACE_3))

    def _show_guard(self) -> None:
        safety = self._client.safety
        guard = safety.guard()
        show_when(self.get, safety.known and guard is None)
        several = len(safety.guards) > 1
        show_when(self.choice, several)
        show_when(self.name, not several)
        if guard is None:
            self.dot.show_state("warning" if safety.known else "text_disabled", False)
            self.name.setText(self.tr("No guard model is installed.") if safety.known else "")
            self.state.setText(
                self.tr("Until then only the simple rules look at texts.") if safety.known else self.tr("Looking …")
            )
            return
        self._fill_choice(guard.id)
        self.name.setText(guard.name)
        state = self._client.models.state(guard.id)
        role, filled = PHASE_DOTS[state.phase]
        self.dot.show_state(role, filled)
        self.state.setText(self._state_words(state))

    def _state_words(self, state: ModelState) -> str:
        info = self._client.safety.shield(LLAMA_GUARD)
        if state.phase == "not_loaded":
            if info is not None and not info.ready:
                return info.state
            return self.tr("not loaded; it loads with the first check")
        return state_words(state)

    def _fill_choice(self, chosen: str) -> None:
        guards = self._client.safety.guards
        known = [self.choice.itemData(place) for place in range(self.choice.count())]
        was_showing, self._showing = self._showing, True
        if known != [each.id for each in guards]:
            self.choice.clear()
            for each in guards:
                self.choice.addItem(each.name, each.id)
        self.choice.setCurrentIndex(self.choice.findData(chosen))
        self._showing = was_showing

    def _on_switch(self, enabled: bool) -> None:
        if not self._showing:
            # The switch is its own way back, and the line beside it says what it means.
            self._changes.apply(lambda policy: replace(policy, enabled=enabled))

    def _on_choice(self) -> None:
        if not self._showing and (chosen := self.choice.currentData()):
            self._changes.apply(lambda policy: replace(policy, guard=chosen))
