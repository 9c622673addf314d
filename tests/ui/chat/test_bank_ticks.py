"""The tick list offers banks with their state and remembers only those that exist."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.engine.domain.memory import Bank, BankStats
from app.ui.chat.bank_ticks import BankTicks

BANKS = (
    Bank(id="a", name="Manuals & more", stats=BankStats(documents=2, ready=2)),
    Bank(id="b", name="A name that is much longer than the panel is wide, and then some", problem="no disk"),
    Bank(id="c", name="Facts", type="keyvalue"),
)


@pytest.fixture
def ticks(qtbot: QtBot) -> BankTicks:
    made = BankTicks()
    qtbot.addWidget(made)
    made.show()
    made.show_banks(BANKS, known=True)
    return made


def test_banks_stand_with_their_state(ticks: BankTicks) -> None:
    assert list(ticks.ticks) == ["a", "b"]
    assert ticks.ticks["a"].box.text() == "Manuals && more" and ticks.ticks["a"].state.text().startswith("ready")
    assert ticks.ticks["b"].state.text() == "failed: no disk"
    assert ticks.ticks["b"].box.text().endswith("…") and ticks.ticks["b"].box.accessibleName() == BANKS[1].name
    ticks.show_bank(Bank(id="b", name="Short", stats=BankStats(documents=1, working=1)))
    assert "reading" in ticks.ticks["b"].state.text()


def test_only_the_person_changes_ticks(qtbot: QtBot, ticks: BankTicks) -> None:
    with qtbot.assertNotEmitted(ticks.changed):
        ticks.show_ticked(("b",))
    assert ticks.ticks["b"].box.isChecked() and ticks.ticked() == ("b",)
    with qtbot.waitSignal(ticks.changed):
        ticks.ticks["a"].box.click()
    assert ticks.ticked() == ("b", "a")
    ticks.ticks["b"].box.click()
    assert ticks.ticked() == ("a",)


def test_a_deleted_bank_is_forgotten_but_not_before_banks_are_known(qtbot: QtBot) -> None:
    ticks = BankTicks()
    qtbot.addWidget(ticks)
    ticks.show_ticked(("a", "gone"))
    assert ticks.ticked() == ("a", "gone")
    ticks.show_banks(BANKS, known=True)
    assert ticks.ticked() == ("a",) and ticks.ticks["a"].box.isChecked()
    ticks.show_banks(BANKS[1:], known=True)
    assert ticks.ticked() == ()


def test_without_banks_one_can_be_made(qtbot: QtBot, ticks: BankTicks) -> None:
    assert not ticks.nothing.isVisible()
    ticks.show_banks((), known=True)
    assert ticks.nothing.isVisible()
    with qtbot.waitSignal(ticks.manage_wanted):
        ticks.manage.click()
