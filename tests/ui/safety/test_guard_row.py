"""The head of the page: the master switch, the guard in words, the way to one, and the choice between several."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.engine.domain.models import ModelState
from app.ui.bridge.client import EngineClient
from app.ui.safety.changes import PolicyChanges
from app.ui.safety.guard_row import GuardRow
from app.ui.widgets.notice import Notice
from tests.fakes.engine import FakeEngine, FakeHost
from tests.fakes.safety import BIG_GUARD, GUARD


@pytest.fixture
def head(qtbot: QtBot, client: EngineClient, changes: PolicyChanges) -> GuardRow:
    made = GuardRow(client, changes)
    qtbot.addWidget(made)
    made.show()
    return made


def test_the_guard_is_told_with_its_state(qtbot: QtBot, head: GuardRow, client: EngineClient) -> None:
    assert head.name.text() == GUARD.name and head.name.isVisible()
    assert head.state.text() == "not loaded; it loads with the first check"
    assert head.get.isHidden() and head.choice.isHidden()
    client.models._states[GUARD.id] = ModelState(phase="loading", progress=0.4)
    client.models.state_changed.emit(GUARD.id, client.models.state(GUARD.id))
    assert head.state.text() == "loading 40 %"


def test_a_guard_that_cannot_judge_says_why(
    qtbot: QtBot, head: GuardRow, client: EngineClient, fake_engine: FakeEngine
) -> None:
    fake_engine.safety.guard_error = "the file is damaged"
    client.safety.refresh()
    qtbot.waitUntil(lambda: head.state.text() == "the file is damaged")


def test_without_a_guard_there_is_a_way_to_one(
    qtbot: QtBot, head: GuardRow, client: EngineClient, fake_engine: FakeEngine
) -> None:
    fake_engine.models.installed.pop(GUARD.id)
    fake_engine.safety.guards = ()
    client.safety.refresh()
    qtbot.waitUntil(head.get.isVisible)
    assert head.name.text() == "No guard model is installed."
    with qtbot.waitSignal(head.guard_wanted):
        head.get.click()


def test_one_of_several_guards_is_chosen(
    qtbot: QtBot, head: GuardRow, client: EngineClient, host: FakeHost, fake_engine: FakeEngine
) -> None:
    host.loop.call_soon_threadsafe(lambda: fake_engine.add_guards(GUARD, BIG_GUARD))
    qtbot.waitUntil(head.choice.isVisible)
    assert head.choice.currentData() == GUARD.id and head.name.isHidden()
    head.choice.setCurrentIndex(head.choice.findData(BIG_GUARD.id))
    qtbot.waitUntil(lambda: fake_engine.safety.policy().guard == BIG_GUARD.id)
    qtbot.waitUntil(lambda: client.safety.guard() == BIG_GUARD)
    assert head.choice.currentData() == BIG_GUARD.id


def test_switching_off_says_what_it_means_and_is_its_own_way_back(
    qtbot: QtBot, head: GuardRow, fake_engine: FakeEngine, notices: list[Notice]
) -> None:
    head.switch.click()
    qtbot.waitUntil(lambda: head.about.text().startswith("Nothing is checked"))
    assert not fake_engine.safety.policy().enabled and head.about.property("kind") == "warning-small"
    head.switch.click()
    qtbot.waitUntil(lambda: head.about.property("kind") == "secondary")
    assert fake_engine.safety.policy().enabled and notices == []
