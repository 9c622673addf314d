"""A line opens to its details, and is cut where there is no room."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.ui.chat.step_line import StepLine


def test_it_opens_and_is_cut(qtbot: QtBot) -> None:
    line = StepLine("Details of it")
    qtbot.addWidget(line)
    line.show()
    line._show("Something that takes many words to be said in full", "<p>behind it</p>")
    assert line.line.toggle.text().endswith("in full")
    line.fit(160)
    assert line.line.toggle.text().endswith("…")
    assert line.line.toggle.toolTip() == line.line.toggle.accessibleName() == line._words
    line.line.toggle.click()
    assert line.details.isVisible() and line.details.toPlainText().strip() == "behind it"
    assert line.details.accessibleName() == "Details of it"
