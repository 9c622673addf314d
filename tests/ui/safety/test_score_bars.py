"""Bars tell their numbers to eyes and screen readers, in both directions of writing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.ui.safety.score_bars import Score, ScoreBars
from app.ui.theme.theme import theme

SCORES = (Score("Privacy", 0.82, 0.5, over=True), Score("Hate", 0.01, 0.5))


@pytest.fixture
def bars(qtbot: QtBot) -> ScoreBars:
    made = ScoreBars()
    qtbot.addWidget(made)
    made.resize(400, 50)
    made.show_scores(SCORES)
    made.show()
    return made


def test_they_are_as_tall_as_they_are_many(bars: ScoreBars) -> None:
    height = bars.height()
    bars.show_scores(SCORES * 3)
    assert bars.height() == 3 * height == bars.sizeHint().height()


def test_screen_readers_hear_them(bars: ScoreBars) -> None:
    assert bars.accessibleDescription() == "Privacy: 82 %; Hate: 1 %"


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_what_is_over_the_threshold_is_painted_as_such(bars: ScoreBars, direction: Qt.LayoutDirection) -> None:
    bars.setLayoutDirection(direction)
    image = bars.grab().toImage()
    ratio = image.width() / bars.width()
    line = round(12 * ratio)
    colours = {image.pixelColor(x, line).name() for x in range(image.width())}
    assert theme().colour("danger").name() in colours and theme().colour("pressed").name() in colours
