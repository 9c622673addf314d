"""The throttle hands over the first value at once and never loses the last one."""

from __future__ import annotations

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.ui.bridge.throttle import Throttle


def test_first_at_once_then_merged(qtbot: QtBot) -> None:
    got: list[str] = []
    owner = QObject()
    throttle: Throttle[str] = Throttle(got.append, owner, merge=lambda old, new: old + new)
    for letter in "abcd":
        throttle.put(letter)
    assert got == ["a"]
    qtbot.waitUntil(lambda: got == ["a", "bcd"])


def test_flush_hands_over_and_discard_forgets() -> None:
    got: list[int] = []
    owner = QObject()
    throttle: Throttle[int] = Throttle(got.append, owner)
    for number in (1, 2, 3):
        throttle.put(number)
    throttle.flush()
    assert got == [1, 3]
    throttle.put(4)
    throttle.discard()
    throttle.flush()
    assert got == [1, 3]
