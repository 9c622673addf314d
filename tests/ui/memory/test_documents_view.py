"""The documents of a bank: chosen, opened, removed after asking, tried again."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.engine.domain.memory import Bank
from app.ui.bridge.client import EngineClient
from app.ui.memory.documents_view import DocumentsView
from tests.fakes.engine import FakeEngine


@pytest.fixture
def bank(fake_engine: FakeEngine) -> Bank:
    made = fake_engine.memory.add_bank("Manuals")
    for name in ("a.txt", "b.txt", "c.txt"):
        fake_engine.memory.add_document(made.id, name, "words")
    fake_engine.memory.add_document(made.id, "broken.pdf", "x", state="failed")
    return made


@pytest.fixture
def view(qtbot: QtBot, client: EngineClient, bank: Bank) -> DocumentsView:
    made = DocumentsView(client)
    qtbot.addWidget(made)
    made.resize(900, 500)
    made.show()
    made.show_bank(bank.id)
    qtbot.waitUntil(lambda: made.model.rowCount() == 4)
    return made


def choose(view: DocumentsView, *rows: int) -> None:
    model = view.list.selectionModel()
    model.clear()
    for row in rows:
        flags = QItemSelectionModel.SelectionFlag.Select
        model.setCurrentIndex(view.model.index(row), flags)


def test_the_first_is_chosen_and_its_report_shown(view: DocumentsView) -> None:
    assert view.details.document is not None and view.details.document.name == "broken.pdf"
    assert "4" in view.figure.text()
    assert view.retry_action.isEnabled() and not view.open_action.isEnabled()


def test_enter_opens_what_is_ready(qtbot: QtBot, view: DocumentsView) -> None:
    choose(view, 1)
    assert view.open_action.isEnabled()
    with qtbot.waitSignal(view.opened) as opened:
        view.list.activated.emit(view.model.index(1))
    assert opened.args == [view.model.document(1).id]
    choose(view, 0)
    with qtbot.assertNotEmitted(view.opened):
        view.list.activated.emit(view.model.index(0))


def test_removing_asks_first_and_names_what_goes(qtbot: QtBot, view: DocumentsView, fake_engine: FakeEngine) -> None:
    choose(view, 1)
    view.remove_action.trigger()
    assert view.confirm.question.text() == "Remove “c.txt” from this bank?"
    view.confirm.no.click()
    choose(view, 1, 2)
    view.remove_action.trigger()
    assert "2" in view.confirm.question.text() and len(fake_engine.memory.kept) == 4
    with qtbot.waitSignal(view.notify) as told:
        view.confirm.yes.click()
    assert "came free" in told.args[0].hint
    qtbot.waitUntil(lambda: view.model.rowCount() == 2)


def test_failed_ones_are_tried_again(qtbot: QtBot, view: DocumentsView, fake_engine: FakeEngine) -> None:
    choose(view, 0)
    view.retry_action.trigger()
    qtbot.waitUntil(lambda: view.details.document is not None and view.details.document.state == "ready")
    assert view.details.state.text() == "Ready"


def test_reading_is_stopped(qtbot: QtBot, view: DocumentsView, fake_engine: FakeEngine) -> None:
    fake_engine.memory.hold()
    choose(view, 0)
    view.retry_action.trigger()
    qtbot.waitUntil(view.cancel_action.isEnabled)
    view.cancel_action.trigger()
    qtbot.waitUntil(lambda: view.model.document(0).state == "cancelled")


def test_search_and_filter_narrow_and_come_back(qtbot: QtBot, view: DocumentsView) -> None:
    qtbot.keyClicks(view.search, "a.t")
    qtbot.waitUntil(lambda: view.model.rowCount() == 1)
    view.search.setText("nothing like it")
    qtbot.waitUntil(lambda: view.lists.currentWidget() is view.nothing)
    view.search.clear()
    view.states.setCurrentIndex(view.states.findData("failed"))
    qtbot.waitUntil(lambda: view.model.rowCount() == 1 and view.model.document(0).name == "broken.pdf")


def test_an_empty_bank_invites(qtbot: QtBot, view: DocumentsView, fake_engine: FakeEngine) -> None:
    view.show_bank(fake_engine.memory.add_bank("Empty").id)
    qtbot.waitUntil(lambda: view.currentWidget() is view.empty)
    with qtbot.waitSignal(view.add_wanted):
        view.empty.findChild(QPushButton).click()
    view.usable = False
    view.model.arranged.emit()
    assert view.currentWidget() is view.waiting


def test_pasting_on_the_list_is_offered(qtbot: QtBot, view: DocumentsView) -> None:
    view.activateWindow()
    view.list.setFocus()
    qtbot.waitUntil(view.list.hasFocus)
    with qtbot.waitSignal(view.pasted):
        qtbot.keyClick(view.list, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
