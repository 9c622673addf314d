"""Header tabs fill the header, so that their line meets the rule below it."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.ui.theme import tokens
from app.ui.widgets.header_tabs import HeaderTabs


def test_tabs_are_as_high_as_the_header(qtbot: QtBot) -> None:
    tabs = HeaderTabs("Parts")
    qtbot.addWidget(tabs)
    tabs.addTab("One")
    tabs.addTab("Two")
    tabs.show()
    assert tabs.tabRect(1).height() == tokens.HEADER_HEIGHT
    assert tabs.accessibleName() == "Parts"
