"""Actions of a bank as a whole: asked in place, told afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot

from app.engine.domain.errors import StorageFailed
from app.engine.domain.memory import Bank
from app.ui.bridge.client import EngineClient
from app.ui.memory.bank_actions import BankActions, freed_words
from app.ui.widgets.confirm_card import ConfirmCard
from tests.fakes.engine import FakeEngine


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def bank(qtbot: QtBot, client: EngineClient, fake_engine: FakeEngine) -> Bank:
    made = fake_engine.memory.add_bank("Manuals")
    fake_engine.memory.add_document(made.id, "a.txt", "text " * 100)
    client.memory.refresh()
    qtbot.waitUntil(lambda: client.memory.last(made.id) is not None)
    return fake_engine.memory.all[made.id]


@pytest.fixture
def acts(window: QWidget, client: EngineClient, bank: Bank) -> BankActions:
    made = BankActions(window, client)
    made.confirm = ConfirmCard()
    made.confirm.setParent(window)
    made.set_bank(bank)
    return made


def test_deleting_names_the_bank_and_what_is_lost_and_says_what_came_free(
    qtbot: QtBot, acts: BankActions, bank: Bank, fake_engine: FakeEngine
) -> None:
    acts.delete.trigger()
    confirm = acts.confirm
    assert confirm is not None and confirm.question.text() == "Delete “Manuals”?"
    assert "1 document" in confirm.consequence.text().replace("\N{NO-BREAK SPACE}", " ")
    assert bank.id in fake_engine.memory.all
    with qtbot.waitSignal(acts.notify) as told:
        confirm.yes.click()
    assert told.args[0].message == "“Manuals” was deleted." and "came free" in told.args[0].hint
    assert bank.id not in fake_engine.memory.all


def test_a_bank_travels_as_one_file(
    qtbot: QtBot, acts: BankActions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(tmp_path / "m.paddock-bank")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a: (path, ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_a: (path, ""))
    with qtbot.waitSignal(acts.notify) as told:
        acts.export.trigger()
    assert "m.paddock-bank" in told.args[0].message
    with qtbot.waitSignal(acts.opened):
        acts.load.trigger()


def test_a_bank_is_checked_and_compacted(qtbot: QtBot, acts: BankActions) -> None:
    with qtbot.waitSignal(acts.notify) as told:
        acts.check.trigger()
    assert "mended" in told.args[0].message and "Two vectors" in told.args[0].hint
    with qtbot.waitSignal(acts.notify) as told:
        acts.compact.trigger()
    assert told.args[0].hint == "4.2 MB came free."


def test_a_failure_is_told(qtbot: QtBot, acts: BankActions, fake_engine: FakeEngine) -> None:
    fake_engine.memory.error = StorageFailed("The disk is full.")
    with qtbot.waitSignal(acts.notify) as told:
        acts.compact.trigger()
    assert told.args[0].message == "The disk is full." and told.args[0].level == "error"


def test_without_a_bank_nothing_can_be_done_with_one(acts: BankActions) -> None:
    acts.set_bank(None)
    assert not any(item.isEnabled() for item in acts.of_bank() if item is not None)
    acts.set_bank(Bank(id="x", name="Files of a chat", session_id="chat"))
    assert not acts.delete.isEnabled()
    assert acts.load.isEnabled()


def test_a_menu_gets_them_all(qtbot: QtBot, acts: BankActions) -> None:
    menu = QMenu()
    qtbot.addWidget(menu)
    acts.fill(menu)
    assert len(menu.actions()) == len(acts.of_bank())
    assert freed_words(0) == ""
