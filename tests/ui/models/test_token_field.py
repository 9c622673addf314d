"""The hub token goes to the engine and leaves the window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.ui.bridge.client import EngineClient
from app.ui.models.token_field import TokenField
from tests.fakes.engine import FakeEngine


def test_a_token_is_kept_and_not_shown(qtbot: QtBot, client: EngineClient, fake_engine: FakeEngine) -> None:
    field = TokenField(client)
    qtbot.addWidget(field)
    assert not field.keep.isEnabled()
    assert field.field.echoMode() == QLineEdit.EchoMode.Password
    field.field.setText(" hf_secret ")
    with qtbot.waitSignal(field.kept):
        qtbot.keyClick(field.field, Qt.Key.Key_Return)
    assert fake_engine.models.hub_token == "hf_secret"
    assert field.field.text() == ""
    assert "keychain" in field.words.text()
