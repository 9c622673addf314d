"""Many calm checks are one line; each that spoke up has its own; what says little is for experts."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.ui.chat.shield_lines import ShieldLines
from tests.fakes.verdicts import BLOCKED, CALM, CALM_ANSWER, LET_THROUGH, WARNED


@pytest.fixture
def holder(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def lines(holder: QWidget) -> ShieldLines:
    made = ShieldLines()
    made.setParent(holder)
    made.fit(600)
    return made


def test_calm_checks_share_a_line(lines: ShieldLines) -> None:
    for step in (CALM, CALM_ANSWER):
        lines.show_step(step)
    assert lines.quiet.isVisible() and len(lines.quiet.steps) == 2 and not lines.loud


def test_what_spoke_up_stands_alone(lines: ShieldLines) -> None:
    for step in (CALM, WARNED, LET_THROUGH):
        lines.show_step(step)
    assert set(lines.loud) == {WARNED.id, LET_THROUGH.id}
    lines.show_step(WARNED)
    assert len(lines.loud) == 2


def test_a_block_is_left_to_the_card_and_running_checks_to_the_wait(lines: ShieldLines) -> None:
    lines.show_step(BLOCKED)
    lines.show_step(replace(CALM, state="running"))
    assert not lines.loud and lines.isHidden()


def test_that_rules_found_nothing_is_for_experts(lines: ShieldLines) -> None:
    lines.show_step(replace(CALM, verdicts=CALM.verdicts[1:]))
    assert lines.isHidden()
    lines.set_expert(True)
    assert not lines.isHidden() and "rules only" in lines.quiet.line.toggle.text()
    lines.set_expert(False)
    assert lines.isHidden()
