"""The safety page: the policy, the test box and the log, as three parts under tabs."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QStackedWidget

from app.ui.bridge.client import EngineClient
from app.ui.safety.log_view import LogView
from app.ui.safety.policy_view import PolicyView
from app.ui.safety.trial_view import TrialView
from app.ui.theme import tokens
from app.ui.widgets.basics import action, column
from app.ui.widgets.header_tabs import HeaderTabs
from app.ui.widgets.page import PageMenu, PageWidget

PARTS = ("policy", "test", "log")


class SafetyPage(PageWidget):
    """`open_target` takes "policy", "test" or "log"."""

    def __init__(self, client: EngineClient) -> None:
        super().__init__("")
        self.setAccessibleName(self.tr("Safety"))
        self.client = client
        self.policy = PolicyView(client)
        self.trial = TrialView(client)
        self.log = LogView(client)
        self._make_actions()
        self._lay_out()
        self.tabs.currentChanged.connect(self.stack.setCurrentIndex)
        self.policy.guard_wanted.connect(self.get_guard)
        self.log.turn_wanted.connect(lambda session, turn: self.navigate.emit("chat", (session, turn)))
        for part in (self.policy, self.log):
            part.notify.connect(self.notify)

    def menus(self) -> Sequence[PageMenu]:
        log = self.log
        return (
            PageMenu(
                self.tr("&Safety"),
                (
                    self.guard_action, self.policy.categories.add, None, self.trial.check_action, None,
                    log.details_action, log.export_action, log.clear_action, None, *self.part_actions,
                ),
            ),
        )  # fmt: skip

    def find(self) -> None:  # type: ignore[override]
        self.tabs.setCurrentIndex(PARTS.index("log"))
        self.log.find()

    def open_target(self, target: object) -> None:
        if target in PARTS:
            self.tabs.setCurrentIndex(PARTS.index(str(target)))

    def shown(self) -> None:
        match self.stack.currentWidget():
            case self.trial:
                self.trial.take_focus()
            case self.log:
                self.log.take_focus()
            case _:
                self.policy.head.switch.setFocus()

    def get_guard(self) -> None:
        """Go where guard models can be had."""
        self.navigate.emit("models", "guards")

    def _make_actions(self) -> None:
        self.guard_action = action(self, self.tr("Get a guard"), self.get_guard, icon_name="download")
        names = (self.tr("Policy"), self.tr("Test"), self.tr("Log"))
        self.part_actions = tuple(
            action(self, name, lambda number=number: self.tabs.setCurrentIndex(number), shortcut=f"Alt+{number + 1}")
            for number, name in enumerate(names)
        )

    def _lay_out(self) -> None:
        self.title.hide()
        self.tabs = HeaderTabs(self.tr("Parts of the safety page"))
        for item in self.part_actions:
            self.tabs.addTab(item.text())
        self.header.setContentsMargins(tokens.SPACE_3, 0, tokens.SPACE_3, 0)
        self.header.addWidget(self.tabs)
        self.header.addStretch(1)
        self.stack = QStackedWidget()
        for part in (self.policy, self.trial, self.log):
            self.stack.addWidget(part)
        self.body.setLayout(column(self.stack))
