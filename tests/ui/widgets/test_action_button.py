"""A push button is its action: text, state, visibility and key."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.ui.widgets.action_button import action_button
from app.ui.widgets.basics import action


def test_the_button_follows_its_action(qtbot: QtBot) -> None:
    done: list[str] = []
    holder = QWidget()
    qtbot.addWidget(holder)
    made = action(holder, "&Load", lambda: done.append("load"), shortcut="Ctrl+L")
    shown = action_button(made)
    QVBoxLayout(holder).addWidget(shown)
    holder.show()
    assert shown.accessibleName() == "Load"
    shown.click()
    made.setText("Try again")
    assert shown.text() == "Try again"
    made.setEnabled(False)
    shown.click()
    assert done == ["load"]
    made.setVisible(False)
    assert not shown.isVisible()
    made.setVisible(True)
    assert shown.isVisible()
