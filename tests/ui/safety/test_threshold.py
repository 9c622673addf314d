"""The slider says what it means, tells a change once it rests, and never what it was only shown."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.ui.safety.threshold import Threshold


@pytest.fixture
def threshold(qtbot: QtBot) -> Threshold:
    made = Threshold("How careful")
    qtbot.addWidget(made)
    made.show()
    return made


def test_showing_is_not_changing(qtbot: QtBot, threshold: Threshold) -> None:
    with qtbot.assertNotEmitted(threshold.changed, wait=500):
        threshold.show_value(0.8)
    assert threshold.value == 0.8 and threshold.words.text() == "Relaxed"


def test_keys_move_it_and_the_end_is_told_once(qtbot: QtBot, threshold: Threshold) -> None:
    told: list[float] = []
    threshold.changed.connect(told.append)
    for _ in range(20):
        qtbot.keyClick(threshold.slider, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: bool(told))
    assert told == [0.3]


def test_what_comes_while_the_person_moves_it_waits(qtbot: QtBot, threshold: Threshold) -> None:
    qtbot.keyClick(threshold.slider, Qt.Key.Key_Right)
    with qtbot.waitSignal(threshold.changed) as changed:
        threshold.show_value(0.3)
    assert changed.args == [0.51]


def test_numbers_are_for_experts_and_meaning_for_all(threshold: Threshold) -> None:
    assert threshold.words.text() == "Balanced"
    threshold.set_expert(True)
    assert threshold.words.text() == "Balanced: from 50 % on"
    assert "more likely unsafe" in threshold.slider.accessibleDescription()
    assert threshold.slider.accessibleName() == "How careful"


def test_the_wheel_belongs_to_the_page(threshold: Threshold) -> None:
    turned = QWheelEvent(
        QPointF(5, 5), QPointF(5, 5), QPoint(0, 120), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    threshold.slider.clearFocus()
    QApplication.sendEvent(threshold.slider, turned)
    assert threshold.value == 0.5
