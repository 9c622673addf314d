"""A question in place: keeping is the default, and nothing happens without consent."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.ui.widgets.confirm_card import ConfirmCard


def test_only_consent_acts(qtbot: QtBot) -> None:
    card = ConfirmCard()
    qtbot.addWidget(card)
    done: list[str] = []
    card.ask("Remove “A”?", "2.0 GB come free.", "Remove", lambda: done.append("a"))
    assert card.isVisible()
    assert "2.0 GB" in card.accessibleName()
    qtbot.keyClick(card, Qt.Key.Key_Escape)
    assert (card.isVisible(), done) == (False, [])
    card.ask("Remove “A”?", "", "Remove", lambda: done.append("a"))
    card.no.click()
    assert (card.isVisible(), done) == (False, [])
    card.ask("Remove “A”?", "", "Remove", lambda: done.append("a"))
    card.yes.click()
    assert (card.isVisible(), done) == (False, ["a"])
