"""Adding and changing a remote provider."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.engine.domain.errors import RemoteFailed
from app.engine.domain.settings import RemoteProvider
from app.ui.bridge.client import EngineClient
from app.ui.models.provider_dialog import ProviderDialog
from tests.fakes.engine import FakeEngine


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


def test_a_preset_fills_in_what_is_usual(parent: QWidget, client: EngineClient) -> None:
    dialog = ProviderDialog(parent, client)
    dialog.preset.setCurrentIndex(dialog.preset.findData("ollama"))
    assert (dialog.name.text(), dialog.address.text()) == ("ollama", "http://127.0.0.1:11434/v1")
    dialog.address.setText("http://box:1/v1")
    dialog.preset.setCurrentIndex(dialog.preset.findData("vllm"))
    assert dialog.address.text() == "http://box:1/v1"
    assert dialog.key.echoMode() == QLineEdit.EchoMode.Password


def test_names_are_checked_before_the_network_is_asked(parent: QWidget, client: EngineClient) -> None:
    dialog = ProviderDialog(parent, client)
    dialog.name.setText("My Lab")
    assert not dialog.save.isEnabled()
    assert "small letters" in dialog.words.text()


def test_it_closes_when_the_provider_answered(
    qtbot: QtBot, parent: QWidget, client: EngineClient, fake_engine: FakeEngine
) -> None:
    dialog = ProviderDialog(parent, client)
    dialog.name.setText("lab")
    dialog.key.setText("secret")
    with qtbot.waitSignal(dialog.accepted):
        dialog.save.click()
    assert fake_engine.models.provider_keys == {"lab": "secret"}
    assert [each.id for each in fake_engine.preferences.settings.remotes] == ["lab"]


def test_a_refusal_stays_in_the_form(
    qtbot: QtBot, parent: QWidget, client: EngineClient, fake_engine: FakeEngine
) -> None:
    fake_engine.models.provider_error = RemoteFailed("It refused (401).", hint="Check the key.")
    dialog = ProviderDialog(parent, client, RemoteProvider(id="lab", preset="together", base_url="https://x/v1"))
    assert not dialog.name.isEnabled()
    dialog.save.click()
    qtbot.waitUntil(lambda: dialog.words.text() == "It refused (401). Check the key.")
    assert dialog.save.isEnabled()
