"""Search in one bank: asked as chosen, shown with its words, and honest when nothing is there."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.engine.domain.errors import WorkerDied
from app.engine.domain.memory import Bank
from app.ui.bridge.client import EngineClient
from app.ui.memory.search_view import SearchView
from tests.fakes.engine import FakeEngine
from tests.fakes.library import MANUAL


@pytest.fixture
def bank(fake_engine: FakeEngine) -> Bank:
    made = fake_engine.memory.add_bank("Manuals")
    fake_engine.memory.add_document(made.id, "Espresso.pdf", MANUAL)
    return fake_engine.memory.all[made.id]


@pytest.fixture
def view(qtbot: QtBot, client: EngineClient, bank: Bank) -> SearchView:
    made = SearchView(client)
    qtbot.addWidget(made)
    made.resize(800, 600)
    made.show()
    made.show_bank(bank)
    return made


def test_passages_are_found_and_open(qtbot: QtBot, view: SearchView) -> None:
    qtbot.keyClicks(view.field, "brew group")
    qtbot.keyClick(view.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(view.cards) == 2)
    assert "2" in view.words.text() and "ms" not in view.words.text()
    with qtbot.waitSignal(view.opened) as opened:
        qtbot.mouseClick(view.cards[0], Qt.MouseButton.LeftButton)
    hit = opened.args[0]
    assert MANUAL.replace("\f", "")[hit.chunk.start : hit.chunk.end] == hit.chunk.text


def test_the_mode_is_asked_for(qtbot: QtBot, view: SearchView, fake_engine: FakeEngine) -> None:
    view.ask("boiler")
    qtbot.waitUntil(lambda: len(view.cards) == 2)
    view.mode.setCurrentIndex(view.mode.findData("keyword"))
    qtbot.waitUntil(lambda: [request.mode for _banks, request in fake_engine.memory.searches] == ["hybrid", "keyword"])


def test_nothing_found_is_said(qtbot: QtBot, view: SearchView) -> None:
    view.ask("zebra")
    qtbot.waitUntil(lambda: view.words.text() == "Not in this bank.")
    assert view.cards == []


def test_a_failure_is_said_in_place(qtbot: QtBot, view: SearchView, fake_engine: FakeEngine) -> None:
    fake_engine.memory.error = WorkerDied("The search ended unexpectedly.", hint="Try again.")
    view.ask("boiler")
    qtbot.waitUntil(lambda: view.words.text() == "The search ended unexpectedly. Try again.")


def test_more_can_be_shown(qtbot: QtBot, view: SearchView, bank: Bank, fake_engine: FakeEngine) -> None:
    fake_engine.memory.add_document(bank.id, "many.txt", "\n\n".join(f"Kettle {n}" for n in range(20)))
    view.ask("kettle")
    qtbot.waitUntil(lambda: len(view.cards) == 10)
    view.more.click()
    qtbot.waitUntil(lambda: len(view.cards) == 20)
    assert not view.more.isVisible()


def test_experts_see_the_legs(qtbot: QtBot, view: SearchView, client: EngineClient) -> None:
    view.ask("boiler")
    qtbot.waitUntil(lambda: len(view.cards) == 2)
    assert not view.cards[0].legs.isVisible()
    client.preferences.set({"mode": "expert"})
    qtbot.waitUntil(view.cards[0].legs.isVisible)


def test_a_graph_shows_its_surroundings(qtbot: QtBot, view: SearchView, fake_engine: FakeEngine) -> None:
    graph = fake_engine.memory.add_bank("Letters", type="graph")
    fake_engine.memory.add_document(graph.id, "a.txt", "Ada wrote to Charles.")
    view.show_bank(fake_engine.memory.all[graph.id])
    assert view.field.text() == "" and not view.mode.isVisible()
    view.ask("Ada Charles")
    qtbot.waitUntil(lambda: len(view.cards) == 1)
    assert view.graph.relations.isVisible()


def test_a_bank_with_nothing_ready_says_so(view: SearchView) -> None:
    view.show_bank(Bank(id="new", name="New"))
    assert view.currentWidget() is view.empty


def test_the_down_key_leads_into_the_hits(qtbot: QtBot, view: SearchView) -> None:
    view.activateWindow()
    view.take_focus()
    qtbot.waitUntil(view.field.hasFocus)
    view.ask("boiler")
    qtbot.waitUntil(lambda: len(view.cards) == 2)
    qtbot.keyClick(view.field, Qt.Key.Key_Down)
    assert view.cards[0].hasFocus()
