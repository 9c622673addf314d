"""The input box sends, stops, grows and says why it cannot send."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.ui.chat.composer import Composer


@pytest.fixture
def composer(qtbot: QtBot) -> Composer:
    made = Composer()
    qtbot.addWidget(made)
    made.resize(600, 120)
    made.show()
    return made


def test_enter_sends_and_empties_the_box(qtbot: QtBot, composer: Composer) -> None:
    qtbot.keyClicks(composer.field, "hello")
    with qtbot.waitSignal(composer.sent) as sent:
        qtbot.keyClick(composer.field, Qt.Key.Key_Return)
    assert sent.args == ["hello"]
    assert composer.text == ""


def test_shift_enter_breaks_the_line_and_the_box_grows(qtbot: QtBot, composer: Composer) -> None:
    before = composer.field.height()
    qtbot.keyClicks(composer.field, "one")
    with qtbot.assertNotEmitted(composer.sent):
        qtbot.keyClick(composer.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClicks(composer.field, "two")
    assert composer.text == "one\ntwo"
    assert composer.field.height() > before
    composer.set_text("line\n" * 100)
    tallest = composer.field.height()
    composer.set_text("line\n" * 500)
    assert composer.field.height() == tallest


def test_blank_text_is_not_sent(qtbot: QtBot, composer: Composer) -> None:
    composer.set_text("  \n ")
    assert not composer.button.isEnabled()
    with qtbot.assertNotEmitted(composer.sent):
        composer.submit()


def test_while_running_the_button_stops_and_enter_keeps_the_text(qtbot: QtBot, composer: Composer) -> None:
    composer.set_text("next")
    composer.set_running(True)
    with qtbot.assertNotEmitted(composer.sent):
        qtbot.keyClick(composer.field, Qt.Key.Key_Return)
    assert composer.text == "next"
    with qtbot.waitSignal(composer.stopped):
        composer.button.click()


def test_a_reason_blocks_and_is_shown(composer: Composer) -> None:
    composer.set_text("hello")
    composer.set_blocked("Starting the engine …")
    assert not composer.button.isEnabled()
    assert composer.reason.text() == "Starting the engine …"
    composer.set_blocked("")
    assert composer.button.isEnabled()


def test_up_in_an_empty_box_asks_for_the_last_message(qtbot: QtBot, composer: Composer) -> None:
    with qtbot.waitSignal(composer.edit_last):
        qtbot.keyClick(composer.field, Qt.Key.Key_Up)
