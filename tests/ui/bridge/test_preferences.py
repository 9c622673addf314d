"""The copy of settings and endpoint follows every change."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from app.engine.domain.errors import InvalidRequest
from app.ui.bridge.client import EngineClient
from tests.ui.bridge.waiting import failure, result


def test_a_change_reaches_the_copy(qtbot: QtBot, client: EngineClient) -> None:
    assert not client.preferences.expert
    with qtbot.waitSignal(client.preferences.changed, check_params_cb=lambda: client.preferences.expert):
        client.preferences.set({"mode": "expert"})


def test_the_endpoint_follows_the_server(qtbot: QtBot, client: EngineClient) -> None:
    on = not client.preferences.settings.server_enabled
    client.preferences.set({"server_enabled": on})
    qtbot.waitUntil(lambda: client.preferences.settings.server_enabled is on)
    assert bool(client.preferences.endpoint.url) is on


def test_a_refused_change_leaves_the_copy_as_it_was(qtbot: QtBot, client: EngineClient) -> None:
    before = client.preferences.settings
    assert isinstance(failure(qtbot, client.preferences.set({"mode": "wizard"})), InvalidRequest)
    assert client.preferences.settings == before


def test_the_key_is_renewed(qtbot: QtBot, client: EngineClient) -> None:
    old = result(qtbot, client.preferences.api_key())
    assert result(qtbot, client.preferences.renew_api_key()) != old


def test_the_data_folder_is_where_the_window_keeps_its_memory(client: EngineClient, memory: QSettings) -> None:
    assert client.preferences.data_folder is None
    client.setProperty("memory", memory)
    assert client.preferences.data_folder == Path(memory.fileName()).parent


def test_a_new_chat_answers_as_the_settings_say(qtbot: QtBot, client: EngineClient) -> None:
    assert client.preferences.new_chat().instructions == ""
    result(qtbot, client.preferences.set({"default_instructions": "Be brief.", "temperature": 0.1}))
    qtbot.waitUntil(lambda: client.preferences.new_chat().instructions == "Be brief.")
    assert client.preferences.new_chat().sampling.temperature == 0.1
