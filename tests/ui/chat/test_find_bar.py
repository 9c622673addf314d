"""Find goes from the newest hit to older ones, round and round, and marks what it found."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.ui.chat.conversation import Conversation
from app.ui.chat.find_bar import FindBar
from tests.ui.chat.samples import turn


@pytest.fixture
def conversation(qtbot: QtBot) -> Conversation:
    made = Conversation()
    qtbot.addWidget(made)
    made.resize(700, 600)
    made.show()
    answers = ("A horse.", "A dog.\n\n```python\nhorse = 1\n```", "Horse, HORSE.", "A cat.")
    made.show_turns([turn(f"Question {n}", a, id=f"t{n}") for n, a in enumerate(answers)], has_older=False)
    return made


@pytest.fixture
def bar(qtbot: QtBot, conversation: Conversation) -> FindBar:
    made = FindBar(conversation)
    qtbot.addWidget(made)
    made.open()
    return made


def marked(conversation: Conversation) -> dict[str, int]:
    """Return how many marks each turn carries."""
    found = {}
    for view in conversation.views():
        editors = [view.question.words, *view.answer.prose(), *(block.view for block in view.answer.code())]
        count = sum(len(editor.extraSelections()) for editor in editors)
        if count:
            found[view.id] = count
    return found


def test_the_newest_hit_is_first_in_any_case(bar: FindBar, conversation: Conversation) -> None:
    bar.field.setText("horse")
    assert bar.count.text() == "1 of 3"
    assert marked(conversation) == {"t2": 2}


def test_keys_go_round(qtbot: QtBot, bar: FindBar, conversation: Conversation) -> None:
    bar.field.setText("horse")
    seen = []
    for _ in range(3):
        qtbot.keyClick(bar.field, Qt.Key.Key_Return)
        seen.append((bar.count.text(), *marked(conversation)))
    assert seen == [("2 of 3", "t1"), ("3 of 3", "t0"), ("1 of 3", "t2")]
    qtbot.keyClick(bar.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert bar.count.text() == "3 of 3"


def test_questions_are_searched_too(bar: FindBar, conversation: Conversation) -> None:
    bar.field.setText("question 1")
    assert marked(conversation) == {"t1": 1}


def test_nothing_found_marks_nothing_and_no_words_say_nothing(bar: FindBar, conversation: Conversation) -> None:
    bar.field.setText("horse")
    bar.field.setText("zebra")
    assert (bar.count.text(), marked(conversation)) == ("Nothing found", {})
    bar.step(1)
    bar.field.setText("  ")
    assert (bar.count.text(), marked(conversation)) == ("", {})


def test_closing_takes_the_marks_away_also_from_turns_that_are_gone(
    qtbot: QtBot, bar: FindBar, conversation: Conversation
) -> None:
    bar.field.setText("horse")
    qtbot.keyClick(bar.field, Qt.Key.Key_Escape)
    assert not bar.isVisible() and marked(conversation) == {}
    bar.open()
    assert marked(conversation) == {"t2": 2}
    conversation.show_turns((), has_older=False)
    qtbot.waitUntil(lambda: not conversation._removed)
    bar.close_bar()
    assert not bar.isVisible()
