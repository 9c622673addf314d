"""A value to take elsewhere; a secret is hidden and asked for only when it is wanted."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.ui.api.copy_line import CopyLine


def test_a_plain_value_is_copied(qtbot: QtBot) -> None:
    line = CopyLine("address")
    qtbot.addWidget(line)
    line.show_value("http://127.0.0.1:8321")
    line.copy_action.trigger()
    assert QGuiApplication.clipboard().text() == "http://127.0.0.1:8321"
    line.show_value("")
    assert not line.copy_action.isEnabled()


def test_a_secret_is_asked_for_when_it_is_copied_or_shown(qtbot: QtBot) -> None:
    line = CopyLine("key", secret=True)
    qtbot.addWidget(line)
    line.forget()
    QGuiApplication.clipboard().setText("before")
    with qtbot.waitSignal(line.wanted):
        line.copy_action.trigger()
    assert QGuiApplication.clipboard().text() == "before"
    line.show_value("pdk-1")
    assert QGuiApplication.clipboard().text() == "pdk-1"
    assert line.field.echoMode() == QLineEdit.EchoMode.Password
    line.reveal.trigger()
    assert line.field.echoMode() == QLineEdit.EchoMode.Normal
    line.forget()
    assert line.field.echoMode() == QLineEdit.EchoMode.Password
    assert "pdk-1" not in line.field.text()
