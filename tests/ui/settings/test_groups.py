"""The list of groups: a click asks, a mark does not."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.ui.settings.groups import Groups


def test_clicks_and_marks(qtbot: QtBot) -> None:
    made = Groups((("Chat", "Plaudern", "box"), ("Models", "Modelle", "boxes"), ("Traces", "Spuren", "activity")))
    qtbot.addWidget(made)
    made.resize(180, 200)
    made.show()
    asked: list[str] = []
    made.wanted.connect(asked.append)
    made.mark("Models")
    assert (made.currentRow(), asked) == (1, [])
    spot = made.visualItemRect(made.item(2)).center()
    qtbot.mouseClick(made.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert asked[-1] == "Traces"
    made.show_only({"Chat"})
    assert made.shown_groups() == ["Chat"]
