"""A part that has no parent yet never becomes a window of its own."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.ui.widgets.visibility import show_when


def test_a_part_appears_with_its_parent(qtbot: QtBot) -> None:
    part, holder = QWidget(), QWidget()
    qtbot.addWidget(holder)
    qtbot.addWidget(part)
    show_when(part, False)
    show_when(part, True)
    assert not part.isVisible()
    QVBoxLayout(holder).addWidget(part)
    holder.show()
    assert part.isVisible()
    show_when(part, False)
    assert not part.isVisible()
