"""One shield: what it shows of the policy, what it changes, and what is left away while it is off."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.engine.domain.safety import LLAMA_GUARD, PROMPT_GUARD, SECRETS
from app.ui.bridge.client import EngineClient
from app.ui.safety.changes import PolicyChanges
from app.ui.safety.shield_card import ShieldCard
from app.ui.widgets.notice import Notice
from tests.fakes.engine import FakeEngine


def make(qtbot: QtBot, client: EngineClient, changes: PolicyChanges, name: str) -> ShieldCard:
    card = ShieldCard(name, changes)
    qtbot.addWidget(card)

    def show() -> None:
        card.show_now(client.safety.shield(name), expert=True)

    client.safety.policy_changed.connect(show)
    show()
    card.show()
    return card


@pytest.fixture
def guard(qtbot: QtBot, client: EngineClient, changes: PolicyChanges) -> ShieldCard:
    return make(qtbot, client, changes, LLAMA_GUARD)


def test_it_shows_where_it_looks_and_what_it_does(guard: ShieldCard) -> None:
    assert guard.switch.isChecked()
    assert [direction for direction, box in guard.boxes.items() if box.isChecked()] == ["input", "output"]
    assert guard.action.currentText() == "Block"
    assert not guard.threshold.isVisible() and not guard.state.isVisible()
    assert guard.boxes["tool"].accessibleName() == "Llama Guard: Tool results"


def test_every_change_is_made_at_once(qtbot: QtBot, guard: ShieldCard, fake_engine: FakeEngine) -> None:
    guard.boxes["tool"].click()
    guard.action.setCurrentIndex(guard.action.findData("warn"))
    qtbot.waitUntil(lambda: fake_engine.safety.policy().version == 2)
    rule = fake_engine.safety.policy().shield(LLAMA_GUARD)
    assert rule.directions == ("input", "tool", "output") and rule.action == "warn"


def test_switched_off_it_keeps_its_details_to_itself(
    qtbot: QtBot, guard: ShieldCard, fake_engine: FakeEngine, notices: list[Notice]
) -> None:
    guard.switch.click()
    qtbot.waitUntil(lambda: not guard.action.isVisible())
    assert not fake_engine.safety.policy().shield(LLAMA_GUARD).enabled
    qtbot.waitUntil(lambda: [each.message for each in notices] == ["Llama Guard is off."])


def test_looking_nowhere_is_pointed_out(qtbot: QtBot, guard: ShieldCard) -> None:
    assert not guard._nowhere.isVisible()
    guard.boxes["input"].click()
    guard.boxes["output"].click()
    qtbot.waitUntil(guard._nowhere.isVisible)


def test_prompt_guard_has_a_state_and_a_threshold(
    qtbot: QtBot, client: EngineClient, changes: PolicyChanges, fake_engine: FakeEngine
) -> None:
    card = make(qtbot, client, changes, PROMPT_GUARD)
    assert card.state.text() == "no Prompt Guard is installed" and card.state.isVisible()
    assert card.threshold.value == 0.9 and card.threshold.isVisible()
    card.threshold.changed.emit(0.7)
    qtbot.waitUntil(lambda: fake_engine.safety.policy().shield(PROMPT_GUARD).threshold == 0.7)


def test_rules_that_are_ready_say_nothing(qtbot: QtBot, client: EngineClient, changes: PolicyChanges) -> None:
    card = make(qtbot, client, changes, SECRETS)
    assert not card.switch.isChecked() and not card.state.isVisible()
    card.show_now(None, expert=False)
    assert card.state.text() == "Looking …"
