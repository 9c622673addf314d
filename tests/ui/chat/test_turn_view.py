"""One turn on screen: what it says, what can be done with it, and what is missing when it is not needed."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from PySide6.QtCore import QEvent, QPointF, QUrl
from PySide6.QtGui import QEnterEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from app.engine.domain.agents import Attachment, ContextReport, Failure
from app.engine.domain.events import EventBus
from app.ui.chat.turn_actions import AnswerActions, QuestionActions
from app.ui.chat.turn_view import TurnView
from tests.fakes.library import ANSWER, citations, fill, retrieval
from tests.fakes.memory import FakeMemory
from tests.fakes.verdicts import BLOCKED, BLOCKED_ANSWER, CALM, CALM_ANSWER
from tests.ui.chat.samples import STEP, turn


def make(qtbot: QtBot, newest: bool = False, **fields: Any) -> TurnView:
    view = TurnView(turn(**fields), newest=newest)
    qtbot.addWidget(view)
    view.fit(600)
    view.show()
    return view


def labels(view: TurnView) -> list[str]:
    return [shown.text() for shown in view.findChildren(QLabel) if shown.isVisible()]


def test_waiting_words_give_way_to_the_first_of_the_answer(qtbot: QtBot) -> None:
    view = make(qtbot, state="running")
    view.show_waiting("Reading the message …")
    assert "Reading the message …" in labels(view)
    view.stream("Hel")
    assert "Reading the message …" not in labels(view)
    assert view.answer.text == "Hel" and view.answer.isVisible()


def test_actions_appear_under_the_pointer_without_moving_anything(qtbot: QtBot) -> None:
    view = make(qtbot, steps=(STEP,))
    height = view.sizeHint().height()
    assert view.findChild(AnswerActions) is None and view.findChild(QuestionActions) is None
    QApplication.sendEvent(view, QEnterEvent(QPointF(), QPointF(), QPointF()))
    assert view.findChild(AnswerActions).isVisible() and view.findChild(QuestionActions).isVisible()
    assert view.sizeHint().height() == height
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert not view.findChild(AnswerActions).isVisible()


def test_the_newest_shows_its_actions_until_a_newer_one_comes(qtbot: QtBot) -> None:
    view = make(qtbot, newest=True)
    assert view.findChild(AnswerActions).isVisible()
    view.set_newest(False)
    assert not view.findChild(AnswerActions).isVisible()


def test_a_running_answer_cannot_be_asked_for_again(qtbot: QtBot) -> None:
    view = make(qtbot, newest=True, state="running")
    assert not view.findChild(AnswerActions).isVisible()
    view.show_turn(turn())
    assert view.findChild(AnswerActions).isVisible()


def test_arrows_step_within_the_siblings(qtbot: QtBot) -> None:
    view = make(qtbot, sibling_ids=("first", "turn", "last"))
    assert "2/3" in labels(view)
    asked: list[str] = []
    view.selected.connect(asked.append)
    view.step_to(-1)
    view.step_to(1)
    view.show_turn(turn(id="last", sibling_ids=("first", "turn", "last")))
    view.step_to(1)
    assert asked == ["first", "last"]


def test_a_lonely_turn_has_nowhere_to_step(qtbot: QtBot) -> None:
    view = make(qtbot)
    with qtbot.assertNotEmitted(view.selected):
        view.step_to(1)
        view.step_to(-1)


def test_what_was_cut_stands_at_the_answer_and_goes_with_its_cause(qtbot: QtBot) -> None:
    report = ContextReport(context_length=2048, prompt_tokens=2000, cut_answer=True)
    view = make(qtbot, steps=(msgspec.structs.replace(STEP, context=report),))
    assert "The answer ends here because the context is full." in labels(view)
    view.show_turn(turn(steps=(STEP,)))
    assert "The answer ends here because the context is full." not in labels(view)


@pytest.mark.parametrize("state", ["cancelled", "interrupted", "failed"])
def test_an_unfinished_turn_keeps_its_words_and_offers_another_try(qtbot: QtBot, state: str) -> None:
    failure = Failure(code="x", message="No room.") if state == "failed" else None
    view = make(qtbot, state=state, failure=failure, steps=(STEP,))
    assert view.answer.text == "An answer"
    with qtbot.waitSignal(view.regenerate) as again:
        next(b for b in view.findChildren(QPushButton) if "Try again" in b.text()).click()
    assert again.args == ["turn"]


def test_an_edit_names_its_turn(qtbot: QtBot) -> None:
    view = make(qtbot)
    with qtbot.waitSignal(view.edited) as edited:
        view.question.edited.emit("Better")
    assert edited.args == ["turn", "Better"]


def test_question_and_answer_are_copied_as_written(qtbot: QtBot) -> None:
    view = make(qtbot, question="A *question*", answer="An **answer**")
    view.copy_question()
    assert QGuiApplication.clipboard().text() == "A *question*"
    view.copy_answer()
    assert QGuiApplication.clipboard().text() == "An **answer**"


def test_screen_readers_hear_both_sides(qtbot: QtBot) -> None:
    view = make(qtbot)
    assert view.accessibleName() == "Message: A question"
    assert view.accessibleDescription() == "An answer"


def looked_up(qtbot: QtBot, **fields: Any) -> TurnView:
    step = retrieval(fill(FakeMemory(EventBus())))
    told = {"answer": ANSWER, "steps": (step, STEP), "citations": citations()}
    return make(qtbot, **(told | fields))


def test_sources_stand_under_the_answer_that_cites_them(qtbot: QtBot) -> None:
    view = looked_up(qtbot)
    assert view.sources is not None and [source.number for source in view.sources.sources] == [1, 2, 3]
    prose = view.answer.prose()[0].toPlainText()
    assert "seals. [1]" in prose and prose.count("[2]") == 2
    assert any(shown.text().startswith("Searched 2") for shown in view.findChildren(QToolButton))
    with qtbot.waitSignal(view.source_wanted) as wanted:
        view.sources.widgets[1].click()  # type: ignore[attr-defined]
    assert wanted.args[0].number == 2


def test_a_link_to_a_source_stays_in_the_window_and_others_do_not(qtbot: QtBot) -> None:
    view = looked_up(qtbot)
    with qtbot.assertNotEmitted(view.link_clicked), qtbot.waitSignal(view.source_wanted) as wanted:
        view.answer.link_clicked.emit(QUrl("source:3"))
    assert wanted.args[0].page == 3
    with qtbot.assertNotEmitted(view.source_wanted):
        view.answer.link_clicked.emit(QUrl("source:99"))
        with qtbot.waitSignal(view.link_clicked):
            view.answer.link_clicked.emit(QUrl("https://example.org"))


def test_an_answer_that_cites_nothing_shows_all_it_was_given(qtbot: QtBot) -> None:
    view = looked_up(qtbot, answer="Plain words.", citations=())
    assert view.sources is not None
    assert len(view.sources.widgets) == len(view.turn.sources()) > 1


def test_attached_files_stand_over_the_question(qtbot: QtBot) -> None:
    file = Attachment(bank_id="chat", document_id="f", name="list.txt")
    view = make(qtbot, attachments=(file,))
    assert view.files is not None
    with qtbot.waitSignal(view.source_wanted) as wanted:
        view.files.widgets[0].click()  # type: ignore[attr-defined]
    assert wanted.args == [file]


def test_citations_work_while_the_answer_is_written(qtbot: QtBot) -> None:
    view = make(qtbot, state="running")
    view.show_look(retrieval(fill(FakeMemory(EventBus()))))
    view.stream("Rinse it [2")
    view.stream("Rinse it [2] and `a[1]`")
    html = view.answer.prose()[0].toHtml()
    assert 'href="source:2"' in html and 'href="source:1"' not in html


def test_checks_stand_between_question_and_answer(qtbot: QtBot) -> None:
    view = make(qtbot, steps=(CALM, CALM_ANSWER, STEP))
    assert view.shields is not None and view.shields.quiet.isVisible()
    assert view.question.y() < view.shields.y() < view.answer.y()
    view.set_expert(True)
    assert view.shields.quiet.line.toggle.text().endswith("ms")


def test_a_turn_without_checks_has_no_line(qtbot: QtBot) -> None:
    assert make(qtbot, steps=(STEP,)).shields is None


def test_a_blocked_turn_shows_no_answer_and_the_way_on(qtbot: QtBot) -> None:
    view = make(qtbot, state="blocked", steps=(STEP, BLOCKED_ANSWER))
    assert view.blocked is not None and view.blocked.isVisible()
    assert not view.answer.isVisible() and view.answer.text == "" and view.accessibleDescription() == ""
    with qtbot.waitSignal(view.regenerate) as again:
        view.blocked.again.click()
    assert again.args == ["turn"]
    with qtbot.waitSignal(view.policy_wanted):
        view.blocked.policy.click()
    view.blocked.edit.click()
    editor = view.question.findChild(QPlainTextEdit)
    assert editor is not None and editor.toPlainText() == "A question"


def test_an_answer_that_was_taken_back_says_so_at_its_end(qtbot: QtBot) -> None:
    view = make(qtbot, state="running")
    view.stream("His address is")
    view.take_back()
    view.show_turn(turn(state="blocked", steps=(BLOCKED_ANSWER,)))
    assert view.blocked is not None and view.blocked.title.text() == "The answer was taken back: Privacy"
    assert view.waiting.text() == "" and "His address is" not in view.answer.text


def test_the_card_fits_the_turn(qtbot: QtBot) -> None:
    view = make(qtbot, state="blocked", steps=(BLOCKED,))
    assert view.blocked is not None and view.blocked.width() == 600
    view.fit(320)
    assert view.blocked.width() == 320
    height = view.sizeHint().height()
    view.blocked.toggle.click()
    assert view.sizeHint().height() > height
