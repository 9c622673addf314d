"""Searching the hub: nothing before the person asks, results, none, and no way to the hub."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.engine.domain.errors import HubUnreachable
from app.ui.bridge.client import EngineClient
from app.ui.models.hub_view import HubView
from app.ui.models.library_model import LibraryModel
from tests.fakes.engine import FakeEngine


@pytest.fixture
def view(qtbot: QtBot, client: EngineClient) -> HubView:
    made = HubView(client, LibraryModel(client))
    qtbot.addWidget(made)
    made.show()
    return made


def search(qtbot: QtBot, view: HubView, words: str) -> None:
    view.search.setText(words)
    qtbot.keyClick(view.search, Qt.Key.Key_Return)


def test_results_lead_to_files(qtbot: QtBot, view: HubView) -> None:
    assert view.stack.currentWidget() is view.blank
    search(qtbot, view, "llama")
    qtbot.waitUntil(lambda: view.stack.currentWidget() is view.list)
    qtbot.waitUntil(lambda: view.files.currentWidget() is view.files._area_place)
    assert view.files.repo == "bartowski/Llama-3.2-1B-Instruct-GGUF"


def test_no_result_is_said(qtbot: QtBot, view: HubView) -> None:
    search(qtbot, view, "zebra")
    qtbot.waitUntil(lambda: view.stack.currentWidget() is view.none)


def test_without_a_network_the_reason_is_said(qtbot: QtBot, view: HubView, fake_engine: FakeEngine) -> None:
    fake_engine.models.hub_error = HubUnreachable("The hub cannot be reached.", hint="Check the network.")
    search(qtbot, view, "llama")
    qtbot.waitUntil(lambda: view.stack.currentWidget() is view.failed)
    assert view.failed.sentence.text() == "The hub cannot be reached. Check the network."
    fake_engine.models.hub_error = None
    view.search_now()
    qtbot.waitUntil(lambda: view.stack.currentWidget() is view.list)


def test_the_token_is_known_or_not(qtbot: QtBot, view: HubView, fake_engine: FakeEngine) -> None:
    qtbot.waitUntil(lambda: view.token_line.toggle.text() == "Hub token: none")
    view.token_line.toggle.click()
    view.token.field.setText("hf_x")
    view.token.keep.click()
    qtbot.waitUntil(lambda: view.token_line.toggle.text() == "Hub token: known")
    view.forget.click()
    qtbot.waitUntil(lambda: view.token_line.toggle.text() == "Hub token: none")
    assert fake_engine.models.hub_token == ""
