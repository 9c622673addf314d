"""A label that does not fit says the whole as a tool tip."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.ui.widgets.elided import ElidedLabel


def test_the_tool_tip_is_there_only_while_words_are_cut(qtbot: QtBot) -> None:
    shown = ElidedLabel("A name that is longer than its place")
    qtbot.addWidget(shown)
    shown.resize(60, 20)
    shown.grab()
    assert shown.toolTip() == shown.text()
    shown.resize(900, 20)
    shown.grab()
    assert shown.toolTip() == ""


def test_it_can_shrink_below_its_words_and_reads_no_markup(qtbot: QtBot) -> None:
    shown = ElidedLabel("<b>bold</b> " * 20)
    qtbot.addWidget(shown)
    assert shown.minimumSizeHint().width() < 40 < shown.sizeHint().width()
    plain = ElidedLabel("bold " * 20)
    qtbot.addWidget(plain)
    assert shown.sizeHint().width() > plain.sizeHint().width()
