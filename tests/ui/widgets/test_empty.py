"""An empty state says one sentence and offers at most one way on."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.ui.widgets.empty import EmptyState


def test_its_button_is_there_only_when_there_is_something_to_do(qtbot: QtBot) -> None:
    clicks: list[int] = []
    bare, useful = EmptyState("box", "Nothing here."), EmptyState("box", "None.", "Add", lambda: clicks.append(1))
    for shown in (bare, useful):
        qtbot.addWidget(shown)
    assert bare.findChildren(QPushButton) == []
    useful.findChild(QPushButton).click()
    assert clicks == [1]
