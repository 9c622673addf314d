"""A switch is a check box for keys and screen readers, and shows its state without words."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.ui.widgets.switch import Switch


def test_mouse_and_space_switch(qtbot: QtBot) -> None:
    made = Switch("Serve other apps")
    qtbot.addWidget(made)
    made.show()
    qtbot.mouseClick(made, Qt.MouseButton.LeftButton)
    assert made.isChecked()
    qtbot.keyClick(made, Qt.Key.Key_Space)
    assert not made.isChecked()
    assert made.accessibleName() == "Serve other apps"


def test_on_and_off_look_different(qtbot: QtBot) -> None:
    made = Switch("Any")
    qtbot.addWidget(made)
    off = made.grab().toImage()
    made.setChecked(True)
    assert made.grab().toImage() != off
