"""The line of a check opens to its verdicts, is cut where there is no room, and warns in colour and words."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.ui.chat.shield_line import ShieldLine
from tests.fakes.verdicts import CALM, CALM_ANSWER, WARNED


def made(qtbot: QtBot) -> ShieldLine:
    line = ShieldLine()
    qtbot.addWidget(line)
    line.fit(500)
    line.show()
    return line


def test_it_opens_to_what_was_said(qtbot: QtBot) -> None:
    line = made(qtbot)
    line.show_steps((CALM, CALM_ANSWER), expert=False)
    height = line.sizeHint().height()
    assert line.line.toggle.text() == "Checked: nothing found" and not line.details.isVisible()
    line.line.toggle.click()
    assert line.details.isVisible() and line.sizeHint().height() > height
    assert "llama-guard-3-1b" in line.details.toPlainText()


def test_a_warning_looks_like_one(qtbot: QtBot) -> None:
    line = made(qtbot)
    line.show_steps((CALM,), expert=False)
    assert line.line.toggle.property("kind") == "status"
    line.show_steps((WARNED,), expert=False)
    assert line.line.toggle.property("kind") == "status-warning"


def test_a_long_line_is_cut_and_told_in_full(qtbot: QtBot) -> None:
    line = made(qtbot)
    line.show_steps((WARNED,), expert=False)
    line.fit(160)
    assert line.line.toggle.text().endswith("…")
    assert line.line.toggle.accessibleName() == line.line.toggle.toolTip() != line.line.toggle.text()
