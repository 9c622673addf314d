"""The copy of states and downloads follows the engine, also for what was there before the window."""

from __future__ import annotations

from typing import Any

from pytestqt.qtbot import QtBot

from app.engine.domain.models import Download, ModelState
from app.ui.bridge.client import EngineClient
from tests.fakes.engine import FakeEngine, FakeHost
from tests.fakes.models import LLAMA, READY, STARTER
from tests.ui.bridge.waiting import result


def test_what_was_before_the_window_is_known_after_the_start(
    qtbot: QtBot, host: FakeHost, fake_engine: FakeEngine
) -> None:
    download = Download(id="d", repo="r", file="f.gguf", state="running")
    fake_engine.models.running_downloads["d"] = download
    client = EngineClient(lambda: host)
    assert client.models.state(STARTER.id) == ModelState()
    client.start()
    qtbot.waitUntil(lambda: client.models.downloads == (download,))
    assert client.models.state(STARTER.id) == READY
    client.close()


def test_states_are_followed(qtbot: QtBot, client: EngineClient) -> None:
    seen: list[Any] = []
    client.models.state_changed.connect(lambda model_id, state: seen.append((model_id, state.phase)))
    assert result(qtbot, client.models.load(LLAMA.id)) == READY
    assert [phase for model_id, phase in seen if model_id == LLAMA.id] == ["loading", "ready"]
    result(qtbot, client.models.unload(LLAMA.id))
    assert client.models.state(LLAMA.id).phase == "not_loaded"


def test_a_download_is_one_entry_that_moves_on(qtbot: QtBot, client: EngineClient) -> None:
    download = result(qtbot, client.models.download("repo", "file.gguf"))
    result(qtbot, client.models.pause_download(download.id))
    assert [(d.id, d.state) for d in client.models.downloads] == [(download.id, "paused")]


def test_a_changed_library_is_told(qtbot: QtBot, client: EngineClient) -> None:
    with qtbot.waitSignal(client.models.changed):
        client.models.remove(LLAMA.id)
    assert LLAMA.id not in [model.id for model in result(qtbot, client.models.list())]
