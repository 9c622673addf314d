"""The list of what is here and the details beside it."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.engine.domain.settings import RemoteProvider
from app.ui.bridge.client import EngineClient
from app.ui.models.library_model import LibraryModel
from app.ui.models.library_view import LibraryView
from tests.fakes.engine import FakeEngine, FakeHost
from tests.fakes.models import LLAMA, STARTER


@pytest.fixture
def view(qtbot: QtBot, client: EngineClient) -> LibraryView:
    made = LibraryView(client, LibraryModel(client))
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    qtbot.waitUntil(lambda: made.entry() is not None)
    return made


def test_the_first_model_is_shown_and_another_can_be_chosen(view: LibraryView) -> None:
    assert view.details.model is not None
    assert view.details.model.id == STARTER.id
    view.list.setCurrentIndex(view.list.model().index(1, 0))
    assert view.details.model.id == LLAMA.id
    view.choose(STARTER.id)
    assert view.details.model.id == STARTER.id


def test_the_choice_survives_changes_of_the_list(
    qtbot: QtBot, view: LibraryView, fake_engine: FakeEngine, host: FakeHost
) -> None:
    view.choose(LLAMA.id)
    host.call(fake_engine.models.measure(LLAMA.id))
    qtbot.waitUntil(lambda: view.details.facts.value("Speed here") == "42.0 tokens/s")
    host.call(fake_engine.models.remove(LLAMA.id))
    qtbot.waitUntil(lambda: view.details.model is not None and view.details.model.id == STARTER.id)


def test_searching_for_nothing_says_so(view: LibraryView) -> None:
    view.search.setText("no such model")
    assert view.lists.currentWidget() is view.nothing
    view.search.clear()
    assert view.lists.currentWidget() is view.list


def test_an_empty_library_leads_to_the_catalogue(
    qtbot: QtBot, view: LibraryView, fake_engine: FakeEngine, host: FakeHost
) -> None:
    for model_id in tuple(fake_engine.models.installed):
        host.call(fake_engine.models.remove(model_id))
    qtbot.waitUntil(lambda: view.stack.currentWidget() is view.empty)
    with qtbot.waitSignal(view.catalogue_wanted):
        view.empty.findChildren(QPushButton)[0].click()


def test_a_remote_provider_has_its_own_details(qtbot: QtBot, view: LibraryView, client: EngineClient) -> None:
    client.models.set_remote(RemoteProvider(id="lab", base_url="http://127.0.0.1:9/v1"), None)
    qtbot.waitUntil(lambda: view._library.row_of("lab") >= 0)
    view.choose("lab")
    assert view.provider.entry is not None
    assert view.provider.edit_action in view.actions_of_entry()
    view.choose("lab/llama-3.3-70b")
    assert view.provider.use_action.isVisible()
