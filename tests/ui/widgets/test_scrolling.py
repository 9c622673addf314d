"""Content stays in one column of bounded width and scrolls up and down only."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.ui.widgets.basics import column, label
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


def test_words_that_wrap_leave_no_empty_room_below(qtbot: QtBot) -> None:
    content = QWidget()
    words = [label("Words that would need many lines in a narrow column. " * 3, wrap=True) for _ in range(30)]
    content.setLayout(column(*words))
    area = scrolled(centred(content, 700), "Page")
    qtbot.addWidget(area)
    area.resize(800, 300)
    area.show()
    layout = content.layout()
    assert layout is not None
    assert content.height() == layout.heightForWidth(content.width()) > 300
