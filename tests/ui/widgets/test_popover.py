"""A popover stays on its screen and beside its anchor."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.ui.widgets.popover import Popover


def test_it_opens_below_or_above_and_never_off_screen(qtbot: QtBot) -> None:
    anchor = QWidget()
    qtbot.addWidget(anchor)
    bounds = anchor.screen().availableGeometry()
    anchor.setGeometry(bounds.left() + 100, bounds.top() + 200, 80, 30)
    anchor.show()
    popover = Popover(anchor, "Choices")
    popover.box.addWidget(QLabel("one\ntwo"))
    popover.pop_up(anchor)
    assert popover.y() >= anchor.y() + anchor.height()
    popover.pop_up(anchor, above=True)
    assert popover.y() + popover.height() <= anchor.y()
    anchor.move(bounds.right() - 10, bounds.bottom() - 10)
    popover.pop_up(anchor)
    assert bounds.contains(popover.geometry())
    assert popover.accessibleName() == "Choices"
