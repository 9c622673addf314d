"""A notice tells calmly; a trace only where we failed ourselves; its time stops under the pointer."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from app.engine.domain.errors import BugError, Conflict
from app.ui.widgets.disclosure import Disclosure
from app.ui.widgets.notice import Notice, NoticeCard, notice_of


def test_only_our_own_failure_shows_its_trace() -> None:
    calm = notice_of(Conflict("In use.", hint="Close it."), "topic")
    assert (calm.message, calm.hint, calm.topic) == ("In use.", "Close it.", "topic")
    assert "Traceback" not in calm.details
    bug = BugError("Broken.")
    bug.__cause__ = KeyError("oops")
    assert "KeyError: 'oops'" in notice_of(bug).details


def test_details_are_folded_away(qtbot: QtBot) -> None:
    plain, detailed = NoticeCard(Notice("One")), NoticeCard(Notice("Two", details="trace"))
    for card in (plain, detailed):
        qtbot.addWidget(card)
    assert plain.findChild(Disclosure) is None
    assert detailed.findChild(Disclosure) is not None


def test_a_short_notice_leaves_by_itself(qtbot: QtBot) -> None:
    card = NoticeCard(Notice("Saved.", seconds=0.01))
    qtbot.addWidget(card)
    with qtbot.waitSignal(card.dismissed):
        pass


def test_its_time_stops_while_the_pointer_is_on_it(qtbot: QtBot) -> None:
    card = NoticeCard(Notice("Saved.", seconds=60))
    qtbot.addWidget(card)
    QApplication.sendEvent(card, QEnterEvent(QPointF(), QPointF(), QPointF()))
    assert not card._timer.isActive()
    QApplication.sendEvent(card, QEvent(QEvent.Type.Leave))
    assert card._timer.isActive()


def test_a_lasting_notice_has_no_clock_and_can_be_closed(qtbot: QtBot) -> None:
    card = NoticeCard(Notice("Look here."))
    qtbot.addWidget(card)
    QApplication.sendEvent(card, QEvent(QEvent.Type.Leave))
    assert not card._timer.isActive()
    with qtbot.waitSignal(card.dismissed):
        next(b for b in card.findChildren(QToolButton) if b.accessibleName() == "Dismiss").click()
