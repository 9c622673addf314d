"""Events beside the answer reach the turn: looks, checks, and what is taken back."""

from __future__ import annotations

from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from app.engine.domain.agents import StepCompleted, StepRetracted, StepStarted, TurnStarted
from app.engine.domain.events import EventBus
from app.ui.chat.step_events import show_step_event
from app.ui.chat.turn_view import TurnView
from tests.fakes.library import fill, retrieval
from tests.fakes.memory import FakeMemory
from tests.fakes.verdicts import CALM, WARNED
from tests.ui.chat.samples import turn


def make(qtbot: QtBot) -> TurnView:
    view = TurnView(turn(state="running"))
    qtbot.addWidget(view)
    view.fit(600)
    view.show()
    return view


def test_a_check_is_waited_for_and_then_told(qtbot: QtBot) -> None:
    view = make(qtbot)
    show_step_event(view, StepStarted(replace(CALM, state="running")), talking=False)
    assert view.waiting.text() == "Checking your message …"
    show_step_event(view, StepCompleted(WARNED), talking=False)
    assert view.shields is not None and list(view.shields.loud) == [WARNED.id]


def test_while_the_answer_is_written_nothing_is_waited_for(qtbot: QtBot) -> None:
    view = make(qtbot)
    view.stream("Hel")
    show_step_event(view, StepStarted(replace(CALM, state="running")), talking=True)
    assert view.waiting.text() == ""


def test_a_look_into_memory_is_shown(qtbot: QtBot) -> None:
    view = make(qtbot)
    view.show_waiting("Reading …")
    step = retrieval(fill(FakeMemory(EventBus())))
    show_step_event(view, StepStarted(step), talking=False)
    assert view.waiting.text() == "" and step.id in view._looks


def test_what_was_shown_is_taken_back(qtbot: QtBot) -> None:
    view = make(qtbot)
    view.stream("His address is")
    show_step_event(view, StepRetracted("turn", "step"), talking=False)
    assert view.answer.text == "" and not view.answer.isVisible()
    assert view.waiting.text() == "The answer was taken back."
    show_step_event(view, TurnStarted(view.turn), talking=False)
