"""The meter is there once the model has reported, and warns when something was cut."""

from __future__ import annotations

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from app.engine.domain.agents import ContextReport, Turn
from app.ui.chat.context_meter import ContextMeter
from app.ui.theme.theme import theme
from tests.ui.chat.samples import STEP, turn


def reported(**context: int) -> Turn:
    return turn(steps=(msgspec.structs.replace(STEP, context=ContextReport(**context)),))


@pytest.fixture
def meter(qtbot: QtBot) -> ContextMeter:
    made = ContextMeter()
    qtbot.addWidget(made)
    return made


def test_it_counts_the_prompt_and_the_answer(meter: ContextMeter) -> None:
    meter.show_turn(reported(context_length=800, prompt_tokens=120))
    assert meter.words.text() == "151 of 800 tokens"
    assert meter._bar.fraction == pytest.approx(151 / 800)
    assert "151 of 800 tokens" in meter.accessibleName()


def test_it_hides_when_nothing_was_reported(qtbot: QtBot, meter: ContextMeter) -> None:
    meter.show_turn(reported(context_length=800, prompt_tokens=120))
    assert not meter.isHidden()
    for silent in (None, turn(), reported(context_length=0, prompt_tokens=0)):
        with qtbot.waitSignal(meter.shown) as shown:
            meter.show_turn(silent)
        assert shown.args == [False] and meter.isHidden()


def test_a_cut_is_a_warning_until_it_is_over(meter: ContextMeter) -> None:
    meter.show_turn(reported(context_length=800, prompt_tokens=760, dropped_turns=2))
    assert meter.words.text().endswith("2 oldest turn(s) left out")
    assert meter.words.property("kind") == "warning"
    assert "context of 800 tokens is full" in meter.toolTip()
    meter.show_turn(reported(context_length=800, prompt_tokens=120))
    assert meter.words.property("kind") == "secondary"


def test_the_bar_changes_colour_when_nearly_full(meter: ContextMeter) -> None:
    def colour() -> str:
        return meter._bar.grab().toImage().pixelColor(10, 3).name()

    meter.show_turn(reported(context_length=1000, prompt_tokens=500))
    assert colour() == theme().roles.accent
    meter.show_turn(reported(context_length=1000, prompt_tokens=950))
    assert colour() == theme().roles.warning
