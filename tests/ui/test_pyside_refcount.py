"""PySide6 6.12.0 took a reference from None on every call and ended Python 3.11; no later version may do so again."""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QWidget


def test_calls_return_none_with_a_reference(qtbot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    before = sys.getrefcount(None)
    for _ in range(500):
        widget.update()
    assert sys.getrefcount(None) > before - 100
