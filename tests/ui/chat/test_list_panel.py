"""The chat list: choosing, deleting with undo, pinning, folders and search."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QItemSelectionModel
from pytestqt.qtbot import QtBot

from app.ui.bridge.client import EngineClient
from app.ui.chat.list_panel import ListPanel
from tests.fakes.engine import FakeEngine


@pytest.fixture
def panel(qtbot: QtBot, client: EngineClient) -> ListPanel:
    made = ListPanel(client)
    qtbot.addWidget(made)
    made.resize(260, 600)
    made.show()
    return made


def fill(qtbot: QtBot, panel: ListPanel, engine: FakeEngine, *titles: str, **fields: Any) -> list[str]:
    ids = [engine.store.add_session(title, **fields).id for title in titles]
    qtbot.waitUntil(lambda: all(panel.model.index_of(i).isValid() for i in ids))
    return ids


def choose(panel: ListPanel, *ids: str) -> None:
    panel.tree.clearSelection()
    for session_id in ids:
        index = panel.model.index_of(session_id)
        panel.tree.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.Select)


def titles_in(menu: Any) -> list[str]:
    return [item.text() for item in menu.actions() if not item.isSeparator()]


def test_an_empty_list_says_so(qtbot: QtBot, panel: ListPanel, fake_engine: FakeEngine) -> None:
    qtbot.waitUntil(lambda: panel.stack.currentWidget() is panel._empty)
    fill(qtbot, panel, fake_engine, "One")
    assert panel.stack.currentWidget() is panel.tree


def test_a_chat_opens_once(qtbot: QtBot, panel: ListPanel, fake_engine: FakeEngine) -> None:
    (one,) = fill(qtbot, panel, fake_engine, "One")
    choose(panel, one)
    with qtbot.waitSignal(panel.opened) as opened:
        panel.tree.clicked.emit(panel.model.index_of(one))
    assert opened.args == [one, None]
    with qtbot.assertNotEmitted(panel.opened):
        panel.tree.clicked.emit(panel.model.index_of(one))
        panel.show_current(one)


def test_choosing_several_opens_none_and_deletes_all_at_once(
    qtbot: QtBot, panel: ListPanel, fake_engine: FakeEngine
) -> None:
    one, two, three = fill(qtbot, panel, fake_engine, "One", "Two", "Three")
    choose(panel, one, two)
    with qtbot.assertNotEmitted(panel.opened):
        panel.tree.clicked.emit(panel.model.index_of(two))
    with qtbot.waitSignals([panel.removed, panel.notify]):
        panel.delete_action.trigger()
    qtbot.waitUntil(lambda: [s.id for s in panel.model.sessions()] == [three])


def test_a_deletion_is_undone_by_its_notice(qtbot: QtBot, panel: ListPanel, fake_engine: FakeEngine) -> None:
    (one,) = fill(qtbot, panel, fake_engine, "One")
    choose(panel, one)
    with qtbot.waitSignal(panel.notify) as told:
        panel.delete_action.trigger()
    qtbot.waitUntil(lambda: panel.model.sessions() == [])
    assert told.args[0].seconds > 0
    told.args[0].actions[0][1]()
    qtbot.waitUntil(lambda: panel.model.index_of(one).isValid())


def test_pinning_turns_around(qtbot: QtBot, panel: ListPanel, fake_engine: FakeEngine) -> None:
    (one,) = fill(qtbot, panel, fake_engine, "One")
    for pinned in (True, False):
        choose(panel, one)
        panel.pin_action.trigger()
        qtbot.waitUntil(lambda pinned=pinned: [s.pinned for s in panel.model.sessions()] == [pinned])  # type: ignore[misc]


def test_the_menu_offers_what_fits_what_is_chosen(qtbot: QtBot, panel: ListPanel, fake_engine: FakeEngine) -> None:
    assert titles_in(panel._menu()) == ["New folder"]
    (one,) = fill(qtbot, panel, fake_engine, "One")
    choose(panel, one)
    assert titles_in(panel._menu()) == ["Rename", "Pin or unpin", "Move to", "Delete", "New folder"]


def test_a_chat_is_moved_into_a_folder_and_out_again(
    qtbot: QtBot, panel: ListPanel, client: EngineClient, fake_engine: FakeEngine
) -> None:
    with qtbot.waitSignal(client.history.create_folder("R&D").done):
        pass
    (one,) = fill(qtbot, panel, fake_engine, "One")
    choose(panel, one)
    into, out = (item for item in panel._move_menu(panel._menu()).actions() if not item.isSeparator())
    assert into.text() == "R&&D"
    into.trigger()
    qtbot.waitUntil(lambda: bool(fake_engine.store.sessions[one].folder_id))
    out.trigger()
    qtbot.waitUntil(lambda: fake_engine.store.sessions[one].folder_id is None)


def test_a_chat_dropped_on_the_pinned_ones_is_pinned(qtbot: QtBot, panel: ListPanel, fake_engine: FakeEngine) -> None:
    fill(qtbot, panel, fake_engine, "Kept", pinned=True)
    (one,) = fill(qtbot, panel, fake_engine, "One")
    panel.model.dropped.emit((one,), panel.model.groups()[0])
    qtbot.waitUntil(lambda: fake_engine.store.sessions[one].pinned)


def test_clearing_the_search_brings_the_list_back(qtbot: QtBot, panel: ListPanel, fake_engine: FakeEngine) -> None:
    fill(qtbot, panel, fake_engine, "Horses", "Dogs")
    panel.search.setText("horses")
    qtbot.waitUntil(lambda: panel.stack.currentWidget() is panel.results)
    panel.search.clear()
    qtbot.waitUntil(lambda: panel.stack.currentWidget() is panel.tree)
    assert panel.hits.rowCount() == 0
