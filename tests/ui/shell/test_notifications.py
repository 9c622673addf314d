"""Notices keep to their corner, few at a time, one per topic."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.ui.shell.notifications import Notifications
from app.ui.widgets.notice import Notice


@pytest.fixture
def over(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    return made


@pytest.fixture
def notices(over: QWidget) -> Notifications:
    return Notifications(over)


def words(notices: Notifications) -> list[str]:
    return [card.notice.message for card in notices.cards]


def test_a_later_notice_of_a_topic_takes_the_place_of_the_first(notices: Notifications) -> None:
    for topic, message in (("disk", "one"), ("", "two"), ("disk", "three"), ("", "four")):
        notices.post(Notice(message, topic=topic))
    assert words(notices) == ["two", "three", "four"]


def test_the_oldest_gives_way(notices: Notifications) -> None:
    for number in range(6):
        notices.post(Notice(str(number)))
    assert words(notices) == ["2", "3", "4", "5"]


def test_it_is_there_only_while_there_is_something_to_say(notices: Notifications) -> None:
    assert not notices.isVisible()
    notices.post(Notice("Look."))
    assert notices.isVisible()
    notices.cards[0].dismissed.emit()
    assert notices.cards == [] and not notices.isVisible()


def test_it_stays_in_its_corner_when_the_window_changes(over: QWidget, notices: Notifications) -> None:
    notices.post(Notice("Look.", hint="A long hint that has to wrap when there is little room. " * 3))
    gap = over.width() - notices.geometry().right()
    over.resize(1200, 600)
    assert over.width() - notices.geometry().right() == gap
    over.resize(300, 600)
    assert over.rect().contains(notices.geometry())
