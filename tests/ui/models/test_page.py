"""The models page as a whole: parts, import by drop, use in a chat, providers."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.ui.bridge.client import EngineClient
from app.ui.models.import_dialog import ImportDialog
from app.ui.models.page import ModelsPage
from app.ui.models.provider_dialog import ProviderDialog
from tests.fakes.engine import FakeEngine
from tests.fakes.models import LLAMA, STARTER


@pytest.fixture
def page(qtbot: QtBot, client: EngineClient) -> ModelsPage:
    made = ModelsPage(client)
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show()
    qtbot.waitUntil(lambda: made.local.entry() is not None)
    return made


def drop(page: ModelsPage, *paths: Path) -> bool:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    spot, copy = QPointF(page.rect().center()), Qt.DropAction.CopyAction
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entered = QDragEnterEvent(spot.toPoint(), copy, mime, buttons, keys)
    page.dragEnterEvent(entered)
    if entered.isAccepted():
        page.dropEvent(QDropEvent(spot, copy, mime, buttons, keys))
    return entered.isAccepted()


def test_parts_are_reached_by_tab_and_target(page: ModelsPage) -> None:
    page.open_target("catalogue")
    assert page.stack.currentWidget() is page.catalogue
    page.part_actions[2].trigger()
    assert page.stack.currentWidget() is page.hub
    page.open_target(LLAMA.id)
    assert page.stack.currentWidget() is page.local
    assert page.local.details.model is not None
    assert page.local.details.model.id == LLAMA.id


def test_guards_are_found_in_the_catalogue(page: ModelsPage) -> None:
    page.open_target("guards")
    assert page.stack.currentWidget() is page.catalogue


def test_a_dropped_file_is_imported_and_shown(
    qtbot: QtBot, page: ModelsPage, fake_engine: FakeEngine, tmp_path: Path
) -> None:
    assert drop(page, tmp_path / "mine.gguf")
    dialog = page.findChild(ImportDialog)
    assert dialog is not None
    qtbot.waitUntil(dialog.accept_button.isEnabled)
    with qtbot.waitSignal(page.notify) as told:
        dialog.accept_button.click()
    assert "mine is ready" in told.args[0].message
    qtbot.waitUntil(lambda: page.local.details.name.text() == "mine")
    assert "mine" in fake_engine.models.installed


def test_a_drop_of_words_is_not_taken(page: ModelsPage) -> None:
    mime = QMimeData()
    mime.setText("hello")
    event = QDragEnterEvent(
        page.rect().center(), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    event.ignore()
    page.dragEnterEvent(event)
    assert not event.isAccepted()


def test_the_dialog_takes_several_files(
    qtbot: QtBot, page: ModelsPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [str(tmp_path / "a.gguf"), str(tmp_path / "b.txt")]
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_args: (names, ""))
    page.import_action.trigger()
    dialog = page.findChild(ImportDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: len(dialog.good) == 1)


def test_using_a_model_opens_a_new_chat_with_it(qtbot: QtBot, page: ModelsPage, fake_engine: FakeEngine) -> None:
    page.local.choose(LLAMA.id)
    with qtbot.waitSignal(page.navigate) as wish:
        page.local.details.use_action.trigger()
    name, session_id = wish.args
    assert name == "chat"
    assert fake_engine.store.sessions[session_id].config.model == LLAMA.id


def test_find_goes_to_the_search_of_the_part(qtbot: QtBot, page: ModelsPage) -> None:
    page.activateWindow()
    page.find()
    qtbot.waitUntil(page.local.search.hasFocus)
    page.tabs.setCurrentIndex(2)
    page.find()
    qtbot.waitUntil(page.hub.search.hasFocus)


def test_a_token_is_given_where_the_hub_is(qtbot: QtBot, page: ModelsPage) -> None:
    page.activateWindow()
    page.ask_for_token()
    assert page.stack.currentWidget() is page.hub
    qtbot.waitUntil(page.hub.token.field.hasFocus)


def test_a_provider_can_be_added_from_here(page: ModelsPage) -> None:
    page.provider_action.trigger()
    assert page.findChild(ProviderDialog) is not None


def test_every_action_has_words_and_none_of_its_keys_twice(page: ModelsPage) -> None:
    items = [item for menu in page.menus() for item in menu.actions if item is not None]
    keys = [item.shortcut().toString() for item in items if not item.shortcut().isEmpty()]
    assert all(item.text() for item in items)
    assert len(keys) == len(set(keys))
    assert STARTER.id in fake_ids(page)


def fake_ids(page: ModelsPage) -> list[str]:
    return [entry.id for entry in page.library.entries]
