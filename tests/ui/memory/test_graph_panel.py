"""Entities lead on, relations are readable, and a model can be asked to read for more."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.engine.domain.errors import ModelUnavailable
from app.engine.domain.memory import Entity, Neighbourhood, Relation
from app.ui.bridge.client import EngineClient
from app.ui.memory.graph_panel import GraphPanel, relation_words
from tests.fakes.engine import FakeEngine

FOUND = Neighbourhood(
    entities=(Entity(name="Ada", kind="person", mentions=2), Entity(name="Charles")),
    relations=(Relation(source="Ada", target="Charles", kind="wrote to"),),
)


@pytest.fixture
def panel(qtbot: QtBot, client: EngineClient, fake_engine: FakeEngine) -> GraphPanel:
    bank = fake_engine.memory.add_bank("Letters", type="graph")
    fake_engine.memory.add_document(bank.id, "a.txt", "Ada")
    made = GraphPanel(client)
    qtbot.addWidget(made)
    made.resize(500, 300)
    made.show()
    made.show_bank(fake_engine.memory.all[bank.id])
    return made


def test_entities_and_relations_are_shown_and_lead_on(qtbot: QtBot, panel: GraphPanel) -> None:
    assert not panel.entities_title.isVisible()
    panel.show_neighbours(FOUND)
    assert panel.relations.text() == relation_words(FOUND.relations[0]) == "Ada  —  wrote to  →  Charles"
    ada = next(b for b in panel.entities.findChildren(QPushButton) if b.text() == "Ada")
    with qtbot.waitSignal(panel.entity_wanted) as wanted:
        ada.click()
    assert wanted.args == ["Ada"] and "person" in ada.toolTip()
    panel.forget()
    assert not panel.relations.isVisible()


def test_a_model_reads_for_more(qtbot: QtBot, panel: GraphPanel) -> None:
    with qtbot.waitSignal(panel.notify) as told:
        panel.read_action.trigger()
        assert not panel.read_action.isEnabled() and "reading" in panel.read_action.text()
    assert "Letters" in told.args[0].message and "7" in told.args[0].hint
    assert panel.read_action.isEnabled()


def test_a_model_that_cannot_read_says_so(qtbot: QtBot, panel: GraphPanel, fake_engine: FakeEngine) -> None:
    fake_engine.memory.error = ModelUnavailable("The model is not loaded.")
    with qtbot.waitSignal(panel.notify) as told:
        panel.read_action.trigger()
    assert told.args[0].message == "The model is not loaded." and panel.read_action.isEnabled()
