"""Arrows only where there are branches, details only where there are steps."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QToolButton
from pytestqt.qtbot import QtBot

from app.ui.chat.turn_actions import AnswerActions
from app.ui.chat.turn_view import TurnView
from app.ui.widgets.popover import Popover
from tests.ui.chat.samples import STEP, turn


def actions(qtbot: QtBot, view: TurnView) -> AnswerActions:
    qtbot.addWidget(view)
    view.show()
    return view.findChild(AnswerActions)


def button(shown: AnswerActions, name: str) -> QToolButton:
    return next(b for b in shown.findChildren(QToolButton) if b.accessibleName() == name)


def test_arrows_are_off_at_the_ends(qtbot: QtBot) -> None:
    shown = actions(qtbot, TurnView(turn(sibling_ids=("turn", "other")), newest=True))
    assert button(shown, "Previous branch").isVisible()
    assert not button(shown, "Previous branch").isEnabled()
    assert button(shown, "Next branch").isEnabled()
    shown.show_turn(turn(sibling_ids=("turn",)))
    assert not button(shown, "Next branch").isVisible()


def test_details_list_the_steps(qtbot: QtBot) -> None:
    shown = actions(qtbot, TurnView(turn(), newest=True))
    assert not button(shown, "Details of this answer").isEnabled()
    shown.show_turn(turn(steps=(STEP,)))
    button(shown, "Details of this answer").click()
    popover = shown.findChild(Popover)
    assert popover.isVisible()
    assert "Model: tiny" in popover.findChild(QLabel).text()
    popover.close()


def test_branches_stay_when_the_rest_goes(qtbot: QtBot) -> None:
    shown = actions(qtbot, TurnView(turn(sibling_ids=("turn", "other")), newest=True))
    shown.show_all(False)
    assert button(shown, "Next branch").isVisible()
    assert not button(shown, "Copy answer").isVisible()
