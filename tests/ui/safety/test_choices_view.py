"""Choices of one of a few: each with its meaning, applied at once, and never by being shown."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.ui.bridge.client import EngineClient
from app.ui.safety.changes import PolicyChanges
from app.ui.safety.choices_view import ChoicesView
from tests.fakes.engine import FakeEngine


@pytest.fixture
def view(qtbot: QtBot, client: EngineClient, changes: PolicyChanges) -> ChoicesView:
    made = ChoicesView(changes)
    qtbot.addWidget(made)
    client.safety.policy_changed.connect(made.show_now)
    made.show_now()
    made.show()
    return made


def test_each_choice_has_its_sentence(view: ChoicesView) -> None:
    sentences = [shown.text() for shown in view.streaming.findChildren(QLabel)]
    assert len(sentences) == 3 and all(sentence.endswith(".") for sentence in sentences)
    assert [made.accessibleDescription() for made in view.streaming.buttons.values()] == sentences


def test_what_is_chosen_is_applied(qtbot: QtBot, view: ChoicesView, fake_engine: FakeEngine) -> None:
    view.streaming.buttons["retract"].click()
    view.on_error.buttons["open"].click()
    view.kept.setCurrentIndex(view.kept.findData("full"))
    view.days.setValue(7)
    qtbot.waitUntil(lambda: fake_engine.safety.policy().version == 4)
    policy = fake_engine.safety.policy()
    assert (policy.streaming, policy.on_error, policy.kept_text, policy.log_days) == ("retract", "open", "full", 7)


def test_what_others_changed_is_shown_and_not_sent_back(
    qtbot: QtBot, view: ChoicesView, client: EngineClient, fake_engine: FakeEngine
) -> None:
    client.safety.set_policy(replace(client.safety.policy, streaming="final", kept_text="none", log_days=30))
    qtbot.waitUntil(lambda: view.streaming.buttons["final"].isChecked())
    assert view.kept.currentData() == "none" and view.days.value() == 30
    assert fake_engine.safety.policy().version == 1
