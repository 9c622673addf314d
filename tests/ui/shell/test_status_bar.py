"""The status bar says which model is in use and how it stands, what runs beside, and whether the API is on."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.engine.domain.errors import DataDirectoryInUse
from app.engine.domain.models import ModelState
from app.ui.bridge.client import EngineClient
from app.ui.shell.status_bar import StatusBar
from tests.fakes.engine import FakeEngine, FakeHost
from tests.fakes.models import LLAMA, STARTER
from tests.fakes.safety import GUARD


@pytest.fixture
def bar(qtbot: QtBot, client: EngineClient) -> StatusBar:
    made = StatusBar(client)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: STARTER.name in made._model.text())
    return made


def test_speed_is_shown_of_a_ready_model_only(qtbot: QtBot, bar: StatusBar, client: EngineClient) -> None:
    bar.show_speed(23.4)
    assert "23 tok/s" in bar._model.text()
    client.models.unload(STARTER.id)
    qtbot.waitUntil(lambda: bar._model.text() == "No model loaded")


def test_a_failure_elsewhere_does_not_hide_the_model_in_use(bar: StatusBar, client: EngineClient) -> None:
    client.models.state_changed.emit(LLAMA.id, ModelState(phase="failed", reason="no room"))
    assert STARTER.name in bar._model.text()
    client.models.state_changed.emit(LLAMA.id, ModelState(phase="loading"))
    assert LLAMA.name in bar._model.text()


def test_another_ready_model_takes_the_place_of_the_one_unloaded(
    qtbot: QtBot, bar: StatusBar, client: EngineClient
) -> None:
    with qtbot.waitSignal(client.models.load(LLAMA.id).done):
        pass
    assert LLAMA.name in bar._model.text()
    client.models.unload(LLAMA.id)
    qtbot.waitUntil(lambda: STARTER.name in bar._model.text())


def test_a_guard_does_not_take_the_place_of_the_model_that_answers(
    qtbot: QtBot, bar: StatusBar, client: EngineClient, fake_engine: FakeEngine
) -> None:
    fake_engine.add_guards(GUARD)
    qtbot.waitUntil(lambda: GUARD.id in bar._guards)
    client.models.state_changed.emit(GUARD.id, ModelState(phase="ready"))
    assert STARTER.name in bar._model.text()


def test_the_api_entry_says_the_port_and_leads_to_its_page(qtbot: QtBot, bar: StatusBar, client: EngineClient) -> None:
    for on in (True, False):
        client.preferences.set({"server_enabled": on})
        qtbot.waitUntil(lambda on=on: bool(client.preferences.endpoint.url) is on)  # type: ignore[misc]
        port = client.preferences.settings.server_port
        assert bar._api.text() == (f"API on, port {port}" if on else "API off")
    assert bar._api.toolTip() == "switched off"
    with qtbot.waitSignal(bar.page_wanted) as wanted:
        bar._api.click()
    assert wanted.args == ["api"]


def test_jobs_are_counted_while_there_are_any(qtbot: QtBot, bar: StatusBar, client: EngineClient) -> None:
    assert not bar._jobs_button.isVisible()
    client.models.download("repo", "file.gguf")
    qtbot.waitUntil(bar._jobs_button.isVisible)
    assert bar._jobs_button.text() == "1 job(s)"
    client.models.pause_download("repo/file.gguf")
    qtbot.waitUntil(lambda: bar._jobs_button.text() == "No jobs")
    client.models.cancel_download("repo/file.gguf")
    qtbot.waitUntil(lambda: not bar._jobs_button.isVisible())


def test_a_start_that_fails_is_said(qtbot: QtBot) -> None:
    client = EngineClient(lambda: FakeHost(failure=DataDirectoryInUse("Open elsewhere.")))
    bar = StatusBar(client)
    qtbot.addWidget(bar)
    assert bar._model.text() == "Starting the engine …"
    with qtbot.waitSignal(client.start_failed):
        client.start()
    assert bar._model.text() == "The engine could not start"
    client.close()
