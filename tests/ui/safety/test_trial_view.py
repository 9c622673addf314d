"""The test box: any text, as anybody, judged by the policy as it is, with the keyboard alone."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.engine.domain.errors import ModelUnavailable
from app.engine.domain.safety import Judgement, Policy, Question
from app.ui.bridge.client import EngineClient
from app.ui.safety.trial_view import TrialView
from tests.fakes.engine import FakeEngine, FakeHost
from tests.ui.bridge.waiting import result


@pytest.fixture
def view(qtbot: QtBot, client: EngineClient) -> TrialView:
    made = TrialView(client)
    qtbot.addWidget(made)
    made.resize(800, 700)
    made.show()
    return made


def judged(qtbot: QtBot, view: TrialView, text: str) -> None:
    view.text.setPlainText(text)
    qtbot.keyClick(view.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: view._judgement is not None)


def test_nothing_can_be_checked_before_there_is_a_text(view: TrialView) -> None:
    assert not view.check_action.isEnabled()
    view.text.setPlainText(" \n")
    assert not view.check_action.isEnabled()
    view.check()
    assert view._checking is None


def test_ctrl_enter_shows_what_every_shield_says(qtbot: QtBot, view: TrialView, fake_engine: FakeEngine) -> None:
    judged(qtbot, view, "how to stab")
    assert view.summary.text() == "Blocked" and view.message.text() == "This is about: Violent Crimes."
    assert [each.title.text() for each in view.verdicts] == ["Llama Guard", "Hidden characters"]
    assert view.text.toPlainText() == "how to stab"
    assert fake_engine.safety.entries[0].occasion.origin == "test"


def test_side_and_conversation_are_judged_with_it(qtbot: QtBot, view: TrialView, fake_engine: FakeEngine) -> None:
    view.direction.setCurrentIndex(view.direction.findData("output"))
    view.before.toggle.click()
    view.conversation.add_line()
    view.conversation.lines[0].text.setText("Hello")
    judged(qtbot, view, "Hi")
    (question,) = fake_engine.safety.questions
    assert question.direction == "output" and question.conversation[0].content == "Hello"


def test_a_side_nobody_looks_at_is_pointed_out(qtbot: QtBot, view: TrialView, fake_engine: FakeEngine) -> None:
    fake_engine.safety.kept.append(Policy(version=1, enabled=False))
    judged(qtbot, view, "hello")
    assert view.words.text().startswith("No shield looks at this side") and not view.summary.isVisible()


def test_an_error_is_told_in_words_and_the_text_stays(qtbot: QtBot, view: TrialView, fake_engine: FakeEngine) -> None:
    fake_engine.safety.failure = ModelUnavailable("The guard is busy.", hint="Try again.")
    view.text.setPlainText("hello")
    view.check_action.trigger()
    qtbot.waitUntil(lambda: view.words.text() == "The guard is busy. Try again.")
    assert view.text.toPlainText() == "hello" and view.check_action.isEnabled()


def test_a_guard_that_fails_open_does_not_look_like_a_clean_text(
    qtbot: QtBot, view: TrialView, fake_engine: FakeEngine
) -> None:
    fake_engine.safety.kept.append(Policy(version=1, on_error="open"))
    fake_engine.safety.guard_error = "gone"
    judged(qtbot, view, "hello")
    assert view.summary.text() == "Let through, but not everything could be checked"


def test_a_check_that_takes_long_can_be_stopped(
    qtbot: QtBot, view: TrialView, fake_engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(question: Question, **_context: object) -> Judgement:
        await asyncio.Event().wait()
        raise AssertionError(question)

    monkeypatch.setattr(fake_engine.safety, "check", never)
    view.text.setPlainText("hello")
    view.check_action.trigger()
    assert view.words.text() == "Checking …" and view.stop_action.isEnabled()
    view.stop_action.trigger()
    assert view.words.text() == "" and view.check_action.isEnabled()


def test_time_is_for_experts(qtbot: QtBot, view: TrialView, client: EngineClient, host: FakeHost) -> None:
    judged(qtbot, view, "hello")
    assert view.summary.text() == "Nothing found"
    result(qtbot, client.preferences.set({"mode": "expert"}))
    qtbot.waitUntil(lambda: view.summary.text() == "Nothing found  ·  120 ms")
    view.take_focus()
