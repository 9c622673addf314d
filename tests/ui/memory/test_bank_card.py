"""A card says all of a bank that matters at a glance, and opens by mouse and by key."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.engine.domain.memory import Bank, BankStats, IngestProgress, LanguageFit
from app.ui.memory.bank_card import BankCard

BANK = Bank(id="vs_1", name="Manuals", embedding_model="minilm", stats=BankStats(documents=2, ready=2, chunks=9))


def make(qtbot: QtBot, bank: Bank = BANK) -> BankCard:
    card = BankCard(bank)
    qtbot.addWidget(card)
    card.show()
    return card


def test_it_opens_on_click_and_enter(qtbot: QtBot) -> None:
    card = make(qtbot)
    asked: list[str] = []
    card.opened.connect(asked.append)
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    qtbot.keyClick(card, Qt.Key.Key_Return)
    qtbot.keyClick(card, Qt.Key.Key_Space)
    assert asked == ["vs_1"] * 3


def test_progress_shows_only_while_it_reads(qtbot: QtBot) -> None:
    card = make(qtbot)
    assert not card.bar.isVisible()
    progress = IngestProgress(done=1, total=4, eta=10)
    card.show_bank(Bank(id="vs_1", name="Manuals", stats=BankStats(documents=2, working=1), progress=progress))
    assert card.bar.isVisible() and card.bar.value() == 250
    assert card.figures.text() == "1 of 4 passages  ·  10 s left"
    card.show_bank(BANK)
    assert not card.bar.isVisible()


def test_problem_and_advice_are_said(qtbot: QtBot) -> None:
    card = make(qtbot, Bank(id="vs_1", name="Away", problem="The disk is not there."))
    assert card.state.text() == "failed: The disk is not there."
    card.show_bank(Bank(id="vs_1", name="Verträge", fit=LanguageFit(advice="Take another model.")))
    assert card.advice.isVisible() and card.advice.text() == "Take another model."


def test_screen_readers_hear_name_state_and_figures(qtbot: QtBot) -> None:
    card = make(qtbot)
    assert card.accessibleName().startswith("Manuals, ready, 2")
    assert card.more.accessibleName() == "More for Manuals"


def test_the_focus_says_which_bank_the_keys_mean(qtbot: QtBot) -> None:
    card = make(qtbot)
    card.activateWindow()
    with qtbot.waitSignal(card.menu_wanted) as wanted:
        card.setFocus()
    assert wanted.args == ["vs_1"]
