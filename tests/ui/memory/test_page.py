"""The memory page as a whole: where one is, the ways back, drag and drop, names for everything."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAccessible, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.ui.bridge.client import EngineClient
from app.ui.memory.bank_dialog import NewBankDialog
from app.ui.memory.page import MemoryPage
from tests.fakes.engine import FakeEngine
from tests.fakes.library import fill, sources
from tests.fakes.memory import FakeMemory


@pytest.fixture
def page(qtbot: QtBot, client: EngineClient) -> MemoryPage:
    made = MemoryPage(client)
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show()
    qtbot.waitUntil(lambda: client.memory.known)
    return made


def drop(page: MemoryPage, spot: QPoint, *paths: Path) -> bool:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, buttons, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entered = QDragEnterEvent(spot, copy, mime, buttons, keys)
    entered.ignore()
    page.dragEnterEvent(entered)
    if entered.isAccepted():
        page.dropEvent(QDropEvent(QPointF(spot), copy, mime, buttons, keys))
    return entered.isAccepted()


def show(qtbot: QtBot, page: MemoryPage, bank_id: str) -> None:
    page.open_target(bank_id)
    qtbot.waitUntil(lambda: page.bank.bank is not None and page.bank.bank.id == bank_id)


def test_files_dropped_on_the_empty_page_become_a_bank(
    qtbot: QtBot, page: MemoryPage, fake_engine: FakeEngine, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text("one", encoding="utf-8")
    assert page.stack.currentWidget() is page.banks and page.banks.currentWidget() is page.banks.empty
    assert drop(page, page.rect().center(), tmp_path / "a.txt")
    qtbot.waitUntil(lambda: page.bank.bank is not None and page.bank.bank.stats.ready == 1)
    assert page.stack.currentWidget() is page.bank and page.crumb.text() == "My documents"
    assert not drop(page, page.rect().center())


def test_a_folder_gives_its_name_and_a_taken_one_a_number(
    qtbot: QtBot, page: MemoryPage, client: EngineClient, fake_engine: FakeEngine, tmp_path: Path
) -> None:
    folder = tmp_path / "Manuals"
    folder.mkdir()
    fake_engine.memory.add_bank("Manuals")
    client.memory.refresh()
    qtbot.waitUntil(lambda: bool(client.memory.all_banks))
    drop(page, QPoint(5, 690), folder)
    qtbot.waitUntil(lambda: page.crumb.text() == "Manuals 2")


def test_files_dropped_on_a_card_or_in_a_bank_go_there(
    qtbot: QtBot, page: MemoryPage, client: EngineClient, fake_engine: FakeEngine, tmp_path: Path
) -> None:
    bank = fake_engine.memory.add_bank("Manuals")
    client.memory.refresh()
    qtbot.waitUntil(lambda: bank.id in page.banks.cards and page.banks.cards[bank.id].isVisible())
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    card = page.banks.cards[bank.id]
    with qtbot.waitSignal(page.notify) as told:
        drop(page, card.mapTo(page, card.rect().center()), tmp_path / "a.txt")
    assert fake_engine.memory.all[bank.id].stats.documents == 1
    told.args[0].actions[0][1]()
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.bank)
    drop(page, page.rect().center(), tmp_path / "b.txt")
    qtbot.waitUntil(lambda: fake_engine.memory.all[bank.id].stats.documents == 2)


def test_a_new_bank_is_shown_when_it_is_made(qtbot: QtBot, page: MemoryPage) -> None:
    page.open_target("new")
    dialog = page.findChild(NewBankDialog)
    assert dialog is not None
    dialog.name.setText("Manuals")
    dialog.save.click()
    qtbot.waitUntil(lambda: page.crumb.text() == "Manuals")


def test_each_level_leads_back(qtbot: QtBot, page: MemoryPage, fake_engine: FakeEngine) -> None:
    found = fill(fake_engine.memory)
    page.client.memory.refresh()
    show(qtbot, page, found["manuals"].id)
    assert page.tabs.isVisible() and not page.title.isVisible()
    page.part_actions[1].trigger()
    assert page.bank.stack.currentWidget() is page.bank.search
    page.bank.opened.emit(found["manuals"].id, found["manual"].id, 0, 0)
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.viewer)
    assert page.crumb.text() == "Espresso machine BX-200.pdf" and page._bank_crumb.isVisible()
    with qtbot.assertNotEmitted(page.navigate):
        page.back_action.trigger()
    assert page.stack.currentWidget() is page.bank
    assert page.bank.stack.currentWidget() is page.bank.search
    page.back_action.trigger()
    assert page.stack.currentWidget() is page.banks and page.title.isVisible()


def test_a_source_of_a_chat_is_shown_in_its_place_and_leads_back(
    qtbot: QtBot, page: MemoryPage, fake_engine: FakeEngine
) -> None:
    source = sources(fill(fake_engine.memory))[2]
    page.open_target((source.bank_id, source.document_id, source.start, source.end))
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.viewer)
    assert page.viewer.marked() == source.quote
    qtbot.waitUntil(lambda: page.back_action.toolTip() == "Back to the chat")
    with qtbot.waitSignal(page.navigate) as wish:
        page.back_action.trigger()
    assert wish.args == ["chat", None]
    assert page.stack.currentWidget() is page.bank


def test_deleting_the_shown_bank_leads_to_all(qtbot: QtBot, page: MemoryPage, fake_engine: FakeEngine) -> None:
    fill(fake_engine.memory)
    page.client.memory.refresh()
    qtbot.waitUntil(lambda: len(page.banks.cards) == 6)
    bank_id = next(iter(page.banks.cards))
    show(qtbot, page, bank_id)
    page.acts.ask_delete()
    assert page.bank.head.confirm.isVisible()
    page.bank.head.confirm.yes.click()
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.banks and len(page.banks.cards) == 5)


def test_find_goes_to_the_field_of_the_level(qtbot: QtBot, page: MemoryPage, fake_engine: FakeEngine) -> None:
    found = fill(fake_engine.memory)
    page.activateWindow()
    show(qtbot, page, found["manuals"].id)
    page.find()
    qtbot.waitUntil(page.bank.documents.search.hasFocus)
    page.open_passage(found["manuals"].id, found["manual"].id)
    qtbot.waitUntil(lambda: page.stack.currentWidget() is page.viewer)
    page.find()
    qtbot.waitUntil(page.viewer.field.hasFocus)


def test_a_bank_that_is_gone_is_told(qtbot: QtBot, page: MemoryPage) -> None:
    with qtbot.waitSignal(page.notify) as told:
        page.open_target("vs_nowhere")
    assert told.args[0].hint == "It may have been deleted."


def test_every_action_has_words_and_none_of_its_keys_twice(page: MemoryPage) -> None:
    items = [item for menu in page.menus() for item in menu.actions if item is not None]
    keys = [item.shortcut().toString() for item in items if not item.shortcut().isEmpty()]
    assert all(item.text() for item in items)
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("level", ["banks", "documents", "search", "folders", "viewer", "facts"])
def test_every_control_has_a_name(qtbot: QtBot, page: MemoryPage, fake_engine: FakeEngine, level: str) -> None:
    found = fill(fake_engine.memory)
    go_to(qtbot, page, found, fake_engine.memory, level)
    nameless = []
    for widget in page.findChildren(QWidget):
        if widget.objectName().startswith("qt_") or widget.focusPolicy() == Qt.FocusPolicy.NoFocus:
            continue
        interface = QAccessible.queryAccessibleInterface(widget)
        if widget.isVisible() and interface is not None and not interface.text(QAccessible.Text.Name):
            nameless.append((type(widget).__name__, type(widget.parent()).__name__))
    assert nameless == []


def go_to(qtbot: QtBot, page: MemoryPage, found: dict[str, object], memory: FakeMemory, level: str) -> None:
    page.client.memory.refresh()
    qtbot.waitUntil(lambda: len(page.banks.cards) == 6)
    if level == "banks":
        return
    facts = next(bank.id for bank in memory.all.values() if bank.type == "keyvalue")
    show(qtbot, page, facts if level == "facts" else found["manuals"].id)  # type: ignore[attr-defined]
    if level == "viewer":
        page.open_passage(found["manuals"].id, found["manual"].id)  # type: ignore[attr-defined]
        qtbot.waitUntil(lambda: page.stack.currentWidget() is page.viewer)
        page.viewer.report_action.trigger()
    elif level == "documents":
        qtbot.waitUntil(lambda: page.bank.documents.model.rowCount() == 15)
    elif level in ("search", "folders"):
        page.tabs.setCurrentIndex(("search", "folders").index(level) + 1)
        page.bank.search.ask("water")
        qtbot.waitUntil(lambda: len(page.bank.search.cards) > 0 and len(page.bank.folders.cards) == 2)
