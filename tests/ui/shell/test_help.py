"""Help lists every key there is, and only keys."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.ui.shell.help import HelpDialog
from app.ui.widgets.basics import action


def test_actions_with_keys_are_listed(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = HelpDialog(parent, [action(parent, "&New chat", shortcut="Ctrl+N"), action(parent, "Keyless")])
    words = [shown.text() for shown in dialog.findChildren(QLabel)]
    assert "New chat" in words and "Ctrl+N" in words and "Keyless" not in words
    assert not dialog.isModal()
