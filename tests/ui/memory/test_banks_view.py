"""All banks as cards that follow the engine, or the invitation to make one."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.ui.bridge.client import EngineClient
from app.ui.memory.bank_actions import BankActions
from app.ui.memory.banks_view import BanksView
from tests.fakes.engine import FakeEngine


@pytest.fixture
def view(qtbot: QtBot, client: EngineClient) -> BanksView:
    page = QWidget()
    qtbot.addWidget(page)
    made = BanksView(client, BankActions(page, client))
    made.setParent(page)
    page.resize(1000, 600)
    made.resize(1000, 600)
    page.show()
    made.refresh()
    return made


def test_without_banks_there_is_one_sentence_and_one_button(qtbot: QtBot, view: BanksView) -> None:
    assert view.currentWidget() is view.empty
    (made,) = view.empty.findChildren(QPushButton)
    with qtbot.waitSignal(view.new_wanted):
        made.click()


def test_cards_come_change_and_go(qtbot: QtBot, view: BanksView, client: EngineClient, fake_engine: FakeEngine) -> None:
    client.memory.create_bank("B")
    client.memory.create_bank("A")
    qtbot.waitUntil(lambda: len(view.cards) == 2)
    assert view.currentWidget() is view.area
    assert [card.bank.name for card in view.cards.values()] == ["A", "B"]
    kept = next(iter(view.cards.values()))
    client.memory.add_text(kept.bank.id, "note", "words")
    qtbot.waitUntil(lambda: kept.bank.stats.ready == 1)
    client.memory.delete_bank(next(card.bank.id for card in view.cards.values() if card is not kept))
    qtbot.waitUntil(lambda: list(view.cards.values()) == [kept])


def test_the_menu_of_a_card_means_its_bank(qtbot: QtBot, view: BanksView, fake_engine: FakeEngine) -> None:
    bank = fake_engine.memory.add_bank("A")
    view._client.memory.refresh()
    qtbot.waitUntil(lambda: bank.id in view.cards)
    card = view.cards[bank.id]
    card.menu.aboutToShow.emit()
    assert view._acts.bank_id == bank.id and view._acts.confirm is view.confirm
    with qtbot.waitSignal(view.opened) as opened:
        card.opened.emit(bank.id)
    assert opened.args == [bank.id]


def test_narrow_windows_have_one_column(qtbot: QtBot, view: BanksView, fake_engine: FakeEngine) -> None:
    for name in "ABCD":
        fake_engine.memory.add_bank(name)
    view._client.memory.refresh()
    qtbot.waitUntil(lambda: len(view.cards) == 4)
    assert view._columns == 2
    view.resize(500, 600)
    qtbot.waitUntil(lambda: view._columns == 1)
