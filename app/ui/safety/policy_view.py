"""The first part of the safety page: all of the policy in one column. Every change is applied at once."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.engine.domain.errors import PaddockError
from app.engine.domain.models import Download
from app.engine.domain.safety import PROMPT_GUARD, SHIELDS
from app.ui.bridge.client import EngineClient
from app.ui.safety.categories_view import CategoriesView
from app.ui.safety.changes import PolicyChanges
from app.ui.safety.choices_view import ChoicesView
from app.ui.safety.guard_row import GuardRow
from app.ui.safety.shield_card import ShieldCard
from app.ui.safety.words import shield_title
from app.ui.theme import tokens
from app.ui.widgets.basics import column, label
from app.ui.widgets.empty import EmptyState
from app.ui.widgets.notice import Notice, notice_of
from app.ui.widgets.scrolling import centred, scrolled
from app.ui.widgets.visibility import show_when


class PolicyView(QStackedWidget):
    """`guard_wanted()`, `notify(Notice)`."""

    guard_wanted = Signal()
    notify = Signal(object)

    def __init__(self, client: EngineClient) -> None:
        super().__init__()
        self._client = client
        self.changes = PolicyChanges(client, self)
        self.changes.notify.connect(self.notify)
        self.head = GuardRow(client, self.changes)
        self.head.guard_wanted.connect(self.guard_wanted)
        self.cards = {name: ShieldCard(name, self.changes) for name in SHIELDS}
        self.cards[PROMPT_GUARD].model_wanted.connect(self._get_prompt_guard)
        self.categories = CategoriesView(client, self.changes)
        self.choices = ChoicesView(self.changes)
        self.named = label("", "secondary", wrap=True)
        self.version = label("", "secondary")
        self.area = scrolled(centred(self._content(), tokens.COLUMN_WIDTH), self.tr("Policy"))
        self.waiting = EmptyState("shield", self.tr("Reading the policy …"))
        self.broken = EmptyState("circle-alert", "", self.tr("Try again"), client.safety.refresh)
        for part in (self.waiting, self.area, self.broken):
            self.addWidget(part)
        client.safety.failed.connect(self._on_failed)
        client.safety.policy_changed.connect(self.show_now)
        client.safety.shields_changed.connect(self.show_now)
        client.preferences.changed.connect(self.show_now)
        client.start_failed.connect(self._on_start_failed)
        self.changes.refused.connect(self.show_now)
        self.show_now()
        if client.state == "ready" and not client.safety.known:
            client.safety.refresh()

    def show_now(self) -> None:
        """Show policy and shields as last heard."""
        safety, expert = self._client.safety, self._client.preferences.expert
        if not safety.known:
            return
        for name, card in self.cards.items():
            card.show_now(safety.shield(name), expert=expert)
        self.categories.show_now()
        self.choices.show_now()
        named = [f"{each.id} ({shield_title(each.stands_for)})" for each in safety.shields if each.registered]
        self.named.setText(self.tr("Names that apps gave: {names}").format(names=", ".join(named)))
        show_when(self.named, bool(named))
        self.rules.setEnabled(safety.policy.enabled)
        self.version.setText(self.tr("Version {number} of the policy").format(number=safety.policy.version))
        show_when(self.version, expert)
        self.setCurrentWidget(self.area)

    def _get_prompt_guard(self) -> None:
        def begun(download: Download) -> None:
            words = self.tr("{name} is being downloaded.").format(name=download.file)
            self.notify.emit(Notice(words, topic="prompt-guard", seconds=10))

        self._client.safety.get_prompt_guard().on(
            self, done=begun, failed=lambda error: self.notify.emit(notice_of(error, "prompt-guard"))
        )

    def _content(self) -> QWidget:
        words = self.tr("Checks that run one beside the other. The strictest of them decides.")
        about = label(words, "secondary", wrap=True)
        shields = column(*self.cards.values(), spacing=tokens.SPACE_2)
        self.rules = QWidget()
        self.rules.setLayout(
            column(
                column(label(self.tr("Shields"), "section"), about, spacing=2), tokens.SPACE_2, shields,
                self.named,
                tokens.SPACE_8, self.categories, tokens.SPACE_8, self.choices,
            )
        )  # fmt: skip
        inner = QWidget()
        margins = (tokens.SPACE_6, tokens.SPACE_4, tokens.SPACE_6, tokens.SPACE_8)
        inner.setLayout(column(self.head, self.rules, self.version, None, spacing=tokens.SPACE_6, margins=margins))
        return inner

    def _on_failed(self, error: PaddockError) -> None:
        """Say why the policy is not known; one that is known stays."""
        if not self._client.safety.known:
            self.broken.sentence.setText(error.in_words())
            self.setCurrentWidget(self.broken)

    def _on_start_failed(self, _error: object) -> None:
        self.waiting.sentence.setText(self.tr("The engine could not start, so the policy is not known."))
