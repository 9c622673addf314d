"""The wheel over a field without focus belongs to the page."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QSpinBox
from pytestqt.qtbot import QtBot

from app.ui.theme import tokens
from app.ui.widgets.fields import prepare_field


def wheel(spin: QSpinBox) -> None:
    spot = QPointF(spin.rect().center())
    turn = QWheelEvent(
        spot, spot, QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(spin, turn)


def test_the_wheel_changes_only_a_field_with_focus(qtbot: QtBot) -> None:
    spin = QSpinBox(value=5)
    prepare_field(spin)
    qtbot.addWidget(spin)
    with qtbot.waitExposed(spin):
        spin.show()
    spin.clearFocus()
    wheel(spin)
    assert spin.value() == 5
    spin.activateWindow()
    spin.setFocus()
    qtbot.waitUntil(spin.hasFocus)
    wheel(spin)
    assert spin.value() == 6
    assert spin.height() == tokens.CONTROL_HEIGHT
