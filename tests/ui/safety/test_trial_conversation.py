"""The conversation before a text: sides alternate, empty lines count for nothing, lines can go."""

from __future__ import annotations

from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from app.ui.safety.trial_conversation import TrialConversation


def test_sides_alternate_and_can_be_changed(qtbot: QtBot) -> None:
    view = TrialConversation()
    qtbot.addWidget(view)
    assert view.messages() == ()
    for words in ("Hello", "", "How?"):
        view.add.trigger()
        view.lines[-1].text.setText(words)
    assert [line.side.currentData() for line in view.lines] == ["user", "assistant", "user"]
    assert [(each.role, each.content) for each in view.messages()] == [("user", "Hello"), ("user", "How?")]
    view.lines[0].side.setCurrentIndex(1)
    assert view.messages()[0].role == "assistant"


def test_a_line_can_go(qtbot: QtBot) -> None:
    view = TrialConversation()
    qtbot.addWidget(view)
    view.add_line()
    view.lines[0].text.setText("Hello")
    view.lines[0].findChild(QToolButton).click()
    assert view.lines == [] and view.messages() == ()
