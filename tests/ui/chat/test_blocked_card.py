"""The card of a blocked turn: category, reason, ways on, details; as tall as its words."""

from __future__ import annotations

from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.ui.chat.blocked_card import BlockedCard
from app.ui.theme.theme import theme
from tests.fakes.verdicts import BLOCKED, BLOCKED_ANSWER, FAILED
from tests.ui.chat.samples import turn


def make(qtbot: QtBot, step: Any = BLOCKED, **more: bool) -> BlockedCard:
    card = BlockedCard(turn(state="blocked", steps=(step,) if step else ()), **more)
    qtbot.addWidget(card)
    card.fit(600)
    card.show()
    return card


def test_it_names_category_and_reason(qtbot: QtBot) -> None:
    card = make(qtbot)
    assert card.title.text() == "Your message was not sent on: Violent Crimes"
    assert not card.why.isVisible(), "nothing is said twice"
    failed = make(qtbot, FAILED)
    assert "are free" in failed.why.text() and failed.why.isVisible()
    assert card.title.text() in card.accessibleName()
    assert make(qtbot, BLOCKED_ANSWER, taken_back=True).title.text().startswith("The answer was taken back")


@pytest.mark.parametrize(
    ("name", "signal"), [("edit", "edit_wanted"), ("again", "again_wanted"), ("policy", "policy_wanted")]
)
def test_its_buttons_lead_on(qtbot: QtBot, name: str, signal: str) -> None:
    card = make(qtbot)
    with qtbot.waitSignal(getattr(card, signal)):
        getattr(card, name).click()


def test_it_grows_with_its_details_and_its_words(qtbot: QtBot) -> None:
    card = make(qtbot)
    height = card.height()
    card.toggle.click()
    assert card.height() > height and card.details is not None
    assert "97 %" in card.details.toPlainText()
    card.toggle.click()
    assert card.height() == height
    card.fit(300)
    assert card.height() > height


def test_without_verdicts_there_are_no_details(qtbot: QtBot) -> None:
    card = make(qtbot, None)
    assert card.details is None and not card.why.isVisible()
    theme().changed.emit()
