"""A keyvalue bank as a table that is edited in place."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.engine.domain.errors import StorageFailed
from app.engine.domain.memory import Entry
from app.ui.bridge.client import EngineClient
from app.ui.memory.entries_view import EntriesView
from tests.fakes.engine import FakeEngine


@pytest.fixture
def view(qtbot: QtBot, client: EngineClient, fake_engine: FakeEngine) -> EntriesView:
    bank = fake_engine.memory.add_bank("Facts", type="keyvalue")
    fake_engine.memory.values[bank.id] = {k: Entry(key=k, value=v) for k, v in (("name", "Ada"), ("size", "39"))}
    made = EntriesView(client)
    qtbot.addWidget(made)
    made.show()
    made.show_bank(bank.id)
    qtbot.waitUntil(lambda: made.model.rowCount() == 2)
    return made


def test_the_model_keeps_the_rules_of_qt(qtmodeltester: Any, view: EntriesView) -> None:
    qtmodeltester.check(view.model)


def test_an_entry_is_added(qtbot: QtBot, view: EntriesView, fake_engine: FakeEngine) -> None:
    assert not view.add_action.isEnabled()
    view.key.setText("town")
    view.value.setText("Cambridge")
    view.value.returnPressed.emit()
    qtbot.waitUntil(lambda: view.model.rowCount() == 3)
    assert fake_engine.memory.values[view.bank_id]["town"].value == "Cambridge"
    assert view.key.text() == "" and "3" in view.figure.text()


def test_a_value_is_changed_in_place_and_a_key_is_not(qtbot: QtBot, view: EntriesView, fake_engine: FakeEngine) -> None:
    model = view.model
    assert not model.flags(model.index(0, 0)) & Qt.ItemFlag.ItemIsEditable
    assert model.setData(model.index(0, 1), "Grace") and not model.setData(model.index(0, 1), "Grace")
    assert not model.setData(model.index(0, 0), "other")
    qtbot.waitUntil(lambda: fake_engine.memory.values[view.bank_id]["name"].value == "Grace")


def test_removing_can_be_undone(qtbot: QtBot, view: EntriesView, fake_engine: FakeEngine) -> None:
    view.table.selectRow(1)
    assert view.remove_action.isEnabled()
    with qtbot.waitSignal(view.notify) as told:
        view.remove_action.trigger()
    qtbot.waitUntil(lambda: view.model.rowCount() == 1)
    told.args[0].actions[0][1]()
    qtbot.waitUntil(lambda: view.model.rowCount() == 2)
    assert fake_engine.memory.values[view.bank_id]["size"].value == "39"


def test_keys_are_narrowed(qtbot: QtBot, view: EntriesView) -> None:
    qtbot.keyClicks(view.search, "si")
    qtbot.waitUntil(lambda: [entry.key for entry in view.model.entries] == ["size"])


def test_a_failure_is_told_and_the_table_shows_what_is_kept(
    qtbot: QtBot, view: EntriesView, fake_engine: FakeEngine
) -> None:
    fake_engine.memory.error = StorageFailed("The disk is full.")
    with qtbot.waitSignal(view.notify) as told:
        view.model.setData(view.model.index(0, 1), "Grace")
    assert told.args[0].message == "The disk is full."
    qtbot.waitUntil(lambda: view.model.entries[0].value == "Ada")
