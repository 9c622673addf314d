"""Content stays in one column of bounded width and scrolls up and down only."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.ui.widgets.scrolling import centred, scrolled


def test_content_is_centred_and_never_wider(qtbot: QtBot) -> None:
    content = QWidget()
    area = scrolled(centred(content, 500), "Page")
    qtbot.addWidget(area)
    area.resize(900, 300)
    area.show()
    assert content.width() == 500
    assert abs(content.geometry().center().x() - area.viewport().rect().center().x()) <= 1
    area.resize(400, 300)
    assert content.width() <= 400
    assert area.accessibleName() == "Page"
