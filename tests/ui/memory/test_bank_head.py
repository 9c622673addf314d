"""The head of a bank shows what matters now and nothing else."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QToolButton, QWidget
from pytestqt.qtbot import QtBot

from app.engine.domain.memory import Bank, BankStats, IngestProgress, LanguageFit
from app.ui.memory.bank_head import BankHead
from app.ui.widgets.basics import action


@pytest.fixture
def head(qtbot: QtBot) -> BankHead:
    owner = QWidget()
    qtbot.addWidget(owner)
    made = BankHead(*(action(owner, name) for name in ("Pause", "Go on", "Stop", "Change model")))
    made.setParent(owner)
    owner.resize(700, 300)
    made.resize(700, 200)
    owner.show()
    made.window_of_test = owner  # type: ignore[attr-defined]
    return made


def test_a_quiet_bank_is_one_line(head: BankHead) -> None:
    head.show_bank(Bank(id="b", name="B", stats=BankStats(documents=2, ready=2, chunks=7)))
    assert head.state.text() == "Ready" and "7" in head.facts.text()
    assert not any(part.isVisible() for part in (head.bar, head.advice, head.problem))


def test_reading_shows_figures_and_its_controls(head: BankHead) -> None:
    progress = IngestProgress(done=1, total=4, eta=3, current="a.pdf")
    head.show_bank(Bank(id="b", name="B", stats=BankStats(documents=2, working=1), progress=progress))
    assert head.bar.isVisible() and head.bar.value() == 250 and head.current.text() == "a.pdf"
    assert head.figures.text() == "1 of 4 passages  ·  3 s left"
    assert sum(button.isVisible() for button in head.findChildren(QToolButton)) == 3
    head.show_bank(Bank(id="b", name="B", stats=BankStats(documents=2, working=1)))
    assert head.bar.maximum() == 0


def test_advice_goes_while_it_is_followed(head: BankHead) -> None:
    head.show_bank(Bank(id="b", name="B", fit=LanguageFit(advice="Take another model.")))
    assert head.advice.isVisible() and head.advice.text() == "Take another model."
    head.show_bank(Bank(id="b", name="B", fit=LanguageFit(advice="Take another model."), reembedding="other"))
    assert not head.advice.isVisible() and head.bar.isVisible()


def test_a_problem_is_said_in_its_own_words(head: BankHead) -> None:
    head.show_bank(Bank(id="b", name="B", problem="The disk is not there."))
    assert head.state.text() == "Failed" and head.problem.text() == "The disk is not there."
