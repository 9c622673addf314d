"""The bubble shows words as they are; the editor sends a changed message or gives it back unchanged."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from app.ui.chat.question_view import FOLD_CHARACTERS, QuestionView


@pytest.fixture
def view(qtbot: QtBot) -> QuestionView:
    made = QuestionView("Plain *words*")
    qtbot.addWidget(made)
    made.fit(600)
    made.show()
    return made


def edit(qtbot: QtBot, view: QuestionView) -> QPlainTextEdit:
    """Open the editor and return its field once it is on screen."""
    view.edit()
    qtbot.waitUntil(lambda: any(field.isVisible() for field in view.findChildren(QPlainTextEdit)))
    return next(field for field in view.findChildren(QPlainTextEdit) if field.isVisible())


def press(view: QuestionView, text: str) -> None:
    next(b for b in view.findChildren(QPushButton) if b.text() == text and b.isVisible()).click()


def test_what_was_written_is_not_read_as_markup(qtbot: QtBot) -> None:
    view = QuestionView("<b>*a*</b>\n  indented")
    qtbot.addWidget(view)
    assert "<b>*a*</b>" in view.words.toPlainText() and "indented" in view.words.toPlainText()


def test_editing_starts_with_the_words_and_sends_the_changed_ones(qtbot: QtBot, view: QuestionView) -> None:
    field = edit(qtbot, view)
    assert field.toPlainText() == "Plain *words*"
    assert not view.bubble.isVisible()
    qtbot.keyClicks(field, "!")
    with qtbot.waitSignal(view.edited) as edited:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert edited.args == ["Plain *words*!"]
    assert view.bubble.isVisible()


def test_shift_return_is_a_new_line(qtbot: QtBot, view: QuestionView) -> None:
    field = edit(qtbot, view)
    qtbot.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClicks(field, "more")
    with qtbot.waitSignal(view.edited) as edited:
        press(view, "Send as new branch")
    assert edited.args[0].splitlines() == ["Plain *words*", "more"]


@pytest.mark.parametrize("way", ["escape", "button"])
def test_a_change_can_be_given_up(qtbot: QtBot, view: QuestionView, way: str) -> None:
    field = edit(qtbot, view)
    field.setPlainText("other")
    with qtbot.assertNotEmitted(view.edited):
        if way == "escape":
            qtbot.keyClick(field, Qt.Key.Key_Escape)
        else:
            press(view, "Cancel")
    assert view.bubble.isVisible()
    assert edit(qtbot, view).toPlainText() == "Plain *words*"


def test_nothing_is_not_sent(qtbot: QtBot, view: QuestionView) -> None:
    field = edit(qtbot, view)
    field.setPlainText("  \n ")
    with qtbot.assertNotEmitted(view.edited):
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert not view.bubble.isVisible()


def test_a_very_long_message_is_folded_until_asked(qtbot: QtBot) -> None:
    long = "word " * FOLD_CHARACTERS + "end"
    view = QuestionView(long)
    qtbot.addWidget(view)
    view.fit(600)
    view.show()
    folded = view.words.height()
    assert len(view.words.toPlainText()) < FOLD_CHARACTERS
    press(view, "Show the whole message")
    assert view.words.toPlainText().endswith("end")
    assert view.words.height() > folded
