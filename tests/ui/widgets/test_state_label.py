"""The dot repeats the state: filled for ready and failed, a ring for what is on its way."""

from __future__ import annotations

from typing import get_args, get_type_hints

from pytestqt.qtbot import QtBot

from app.engine.domain.memory import DocumentState
from app.engine.domain.models import ModelState
from app.ui.theme.theme import theme
from app.ui.widgets.state_label import PHASE_DOTS, StateDot


def test_every_phase_has_a_dot() -> None:
    phases = get_args(get_type_hints(ModelState)["phase"])
    assert set(PHASE_DOTS) == {*phases, *get_args(DocumentState)}


def test_a_filled_dot_has_its_colour_in_the_middle_and_a_ring_has_not(qtbot: QtBot) -> None:
    dot = StateDot("success", True)
    qtbot.addWidget(dot)
    assert dot.grab().toImage().pixelColor(5, 5).name() == theme().roles.success
    dot.show_state("success", False)
    assert dot.grab().toImage().pixelColor(5, 5).name() != theme().roles.success
