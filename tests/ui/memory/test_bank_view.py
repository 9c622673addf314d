"""One bank: what can be added to it and how, and what reading needs on its way."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from app.ui.bridge.client import EngineClient
from app.ui.memory.adding import AddressDialog, TextDialog
from app.ui.memory.bank_actions import BankActions
from app.ui.memory.bank_view import BankView
from app.ui.widgets.basics import column
from tests.fakes.engine import FakeEngine


@pytest.fixture
def view(qtbot: QtBot, client: EngineClient, fake_engine: FakeEngine) -> BankView:
    page = QWidget()
    qtbot.addWidget(page)
    made = BankView(client, BankActions(page, client))
    page.setLayout(column(made))
    page.resize(900, 600)
    page.show()
    made.show_bank(fake_engine.memory.add_bank("Manuals"))
    made.window_of_test = page  # type: ignore[attr-defined]
    return made


def ready(view: BankView) -> int:
    return view.bank.stats.ready if view.bank is not None else 0


def test_files_and_folders_are_chosen_and_read(
    qtbot: QtBot, view: BankView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text("one", encoding="utf-8")
    (tmp_path / "b.txt").write_text("two", encoding="utf-8")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_a: ([str(tmp_path / "a.txt")], ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_a: str(tmp_path))
    view.add_files_action.trigger()
    qtbot.waitUntil(lambda: ready(view) == 1)
    with qtbot.waitSignal(view.notify) as told:
        view.add_folder_action.trigger()
    assert "1 unchanged" in told.args[0].message
    qtbot.waitUntil(lambda: ready(view) == 2)


def test_what_is_left_out_is_said_with_its_reason(qtbot: QtBot, view: BankView, tmp_path: Path) -> None:
    with qtbot.waitSignal(view.notify) as told:
        view.add([tmp_path / "program.exe"])
    assert told.args[0].level == "warning" and "holds no text" in told.args[0].hint and not told.args[0].seconds


def test_pasted_text_and_addresses_ask_first(qtbot: QtBot, view: BankView, fake_engine: FakeEngine) -> None:
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("Minutes of May\nWe met.")
    view.offer_pasted()
    text = view.findChild(TextDialog)
    assert text is not None and text.name.text() == "Minutes of May"
    text.add_button.click()
    qtbot.waitUntil(lambda: ready(view) == 1)
    clipboard.setText("https://example.org/page")
    view.offer_pasted()
    assert fake_engine.memory.fetched == []
    address = view.findChild(AddressDialog)
    assert address is not None
    address.fetch.click()
    qtbot.waitUntil(lambda: fake_engine.memory.fetched == ["https://example.org/page"])


def test_pasted_files_are_added(qtbot: QtBot, view: BankView, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one", encoding="utf-8")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.txt"))])
    QGuiApplication.clipboard().setMimeData(mime)
    view.offer_pasted()
    qtbot.waitUntil(lambda: ready(view) == 1)
    QGuiApplication.clipboard().clear()


def test_a_refused_address_is_told(qtbot: QtBot, view: BankView) -> None:
    with qtbot.waitSignal(view.notify) as told:
        view._add_address("http://127.0.0.1/secret")
    assert "not public" in told.args[0].message


def test_reading_is_paused_resumed_stopped_and_tried_again(
    qtbot: QtBot, view: BankView, fake_engine: FakeEngine, tmp_path: Path
) -> None:
    fake_engine.memory.hold()
    (tmp_path / "a.txt").write_text("one", encoding="utf-8")
    assert not view.pause_action.isVisible()
    view.add([tmp_path])
    qtbot.waitUntil(lambda: view.pause_action.isVisible() and view.head.bar.isVisible())
    view.pause_action.trigger()
    qtbot.waitUntil(view.resume_action.isVisible)
    assert "Paused" in view.head.state.text()
    view.resume_action.trigger()
    qtbot.waitUntil(view.pause_action.isVisible)
    view.cancel_action.trigger()
    qtbot.waitUntil(lambda: not view.cancel_action.isVisible())
    assert view.retry_action.isEnabled()
    view.retry_action.trigger()
    qtbot.waitUntil(view.cancel_action.isVisible)


def test_a_keyvalue_bank_is_a_table(view: BankView, fake_engine: FakeEngine) -> None:
    view.show_bank(fake_engine.memory.add_bank("Facts", type="keyvalue"))
    assert view.stack.currentWidget() is view.entries
    assert not any(item.isEnabled() for item in view.adding())
    view.find()
    assert view.stack.currentWidget() is view.entries


def test_a_passage_that_was_found_is_opened(qtbot: QtBot, view: BankView, fake_engine: FakeEngine) -> None:
    assert view.bank is not None
    document = fake_engine.memory.add_document(view.bank.id, "a.txt", "one two")
    view.show_bank(fake_engine.memory.all[view.bank.id])
    view.show_part("search")
    view.search.ask("two")
    qtbot.waitUntil(lambda: len(view.search.cards) == 1)
    with qtbot.waitSignal(view.opened) as opened:
        view.search.opened.emit(view.search.cards[0].hit)
    assert opened.args == [view.bank.id, document.id, 0, 7]
    with qtbot.waitSignal(view.opened) as opened:
        view.documents.opened.emit(document.id)
    assert opened.args[2:] == [0, 0]


def test_a_bank_that_is_deleted_is_left(qtbot: QtBot, view: BankView, client: EngineClient) -> None:
    assert view.bank is not None
    client.memory.refresh()
    qtbot.waitUntil(lambda: bool(client.memory.all_banks))
    with qtbot.waitSignal(view.left):
        client.memory.delete_bank(view.bank.id)
    assert view.bank is None
