"""A verdict is said in words and with an icon, never by colour alone."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.engine.domain.models import FitVerdict
from app.ui.models.verdict import VerdictLine
from tests.fakes.models import GB


def test_words_reason_and_name(qtbot: QtBot) -> None:
    line = VerdictLine()
    qtbot.addWidget(line)
    assert line.isHidden()
    line.show_verdict(FitVerdict(verdict="tight", needed_bytes=GB, free_bytes=GB, reason="engine's own words"))
    assert line.words.text() == "Fits, but only just"
    assert line.words.property("kind") == "warning"
    assert "needs 1.1 GB" in line.accessibleName()
    line.show_verdict(None)
    assert line.isHidden()


def test_brief_leaves_the_numbers_out(qtbot: QtBot) -> None:
    line = VerdictLine(FitVerdict(verdict="fits", needed_bytes=GB, free_bytes=GB, reason=""), brief=True)
    qtbot.addWidget(line)
    assert line.reason.isHidden()
    assert "needs 1.1 GB" in line.toolTip()
    line.show_verdict(FitVerdict(verdict="too_large", needed_bytes=GB, free_bytes=GB, reason=""))
    assert not line.reason.isHidden()
