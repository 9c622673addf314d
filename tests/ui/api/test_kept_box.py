"""What is kept for other programs is counted in words, and deleted only after a question that names it."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.engine.domain.agents import Kept
from app.engine.domain.errors import StorageFailed
from app.ui.api.kept_box import KeptBox, in_words
from app.ui.bridge.client import EngineClient
from tests.fakes.engine import FakeEngine

SOME = Kept(agents=2, answers=31)


@pytest.fixture
def box(qtbot: QtBot, client: EngineClient, fake_engine: FakeEngine) -> KeptBox:
    fake_engine.agents.kept_for_apps = SOME
    made = KeptBox(client)
    qtbot.addWidget(made)
    made.show()
    made.refresh()
    qtbot.waitUntil(made.forget_action.isEnabled)
    return made


def test_only_what_there_is_is_named() -> None:
    assert in_words(Kept()) == ""
    words = in_words(SOME)
    assert "2" in words and "31" in words and words.count(",") == 1
    assert in_words(Kept(agents=1, sessions=2, answers=3)).count(",") == 2


def test_nothing_kept_is_said_and_cannot_be_deleted(qtbot: QtBot, client: EngineClient) -> None:
    made = KeptBox(client)
    qtbot.addWidget(made)
    assert "Nothing" in made.words.text() and not made.forget_action.isEnabled()


def test_deleting_asks_first_and_then_says_what_went(qtbot: QtBot, box: KeptBox, fake_engine: FakeEngine) -> None:
    box.forget_action.trigger()
    assert box.confirm.isVisible() and "31" in box.confirm.question.text()
    box.confirm.no.click()
    assert fake_engine.agents.kept_for_apps == SOME
    box.forget_action.trigger()
    with qtbot.waitSignal(box.notify) as told:
        box.confirm.yes.click()
    assert "31" in told.args[0].message and told.args[0].level == "success"
    qtbot.waitUntil(lambda: "Nothing" in box.words.text())


def test_a_failure_is_told_and_nothing_seems_gone(qtbot: QtBot, box: KeptBox, fake_engine: FakeEngine) -> None:
    fake_engine.agents.failure = StorageFailed("The disk is full.")
    box.ask_forget()
    with qtbot.waitSignal(box.notify) as told:
        box.confirm.yes.click()
    assert told.args[0].message == "The disk is full."
    assert "31" in box.words.text()
