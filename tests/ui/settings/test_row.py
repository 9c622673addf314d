"""One setting: applied at once, refused beside the field, back to the default, followed when others change it."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.engine.domain.errors import InvalidRequest
from app.engine.domain.settings import Settings
from app.ui.bridge.client import EngineClient
from app.ui.settings.editors import LineEditor, ModelEditor, SwitchEditor, WholeEditor
from app.ui.settings.row import SettingRow
from tests.fakes.engine import FakeEngine
from tests.fakes.models import LLAMA


def made(qtbot: QtBot, client: EngineClient, name: str) -> SettingRow:
    row = SettingRow(client, name)
    qtbot.addWidget(row)
    row.show()
    return row


def test_a_change_is_in_force_at_once_and_can_be_taken_back(
    qtbot: QtBot, client: EngineClient, fake_engine: FakeEngine
) -> None:
    row = made(qtbot, client, "server_port")
    assert isinstance(row.editor, WholeEditor)
    assert not row._reset_button.isVisible()
    row.editor.spin.setValue(9000)
    qtbot.waitUntil(lambda: fake_engine.preferences.settings.server_port == 9000)
    qtbot.waitUntil(row._reset_button.isVisible)
    row.reset.trigger()
    qtbot.waitUntil(lambda: fake_engine.preferences.settings.server_port == 8321)
    qtbot.waitUntil(lambda: not row._reset_button.isVisible())


def test_a_refused_value_says_why(
    qtbot: QtBot, client: EngineClient, fake_engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(changes: object) -> Settings:
        raise InvalidRequest("The hub address must begin with http.")

    row = made(qtbot, client, "hub_endpoint")
    assert isinstance(row.editor, LineEditor)
    with monkeypatch.context() as patch:
        patch.setattr(fake_engine.preferences, "set", refuse)
        row.editor.line.setText("ftp://x")
        row.editor.line.editingFinished.emit()
        qtbot.waitUntil(row.refused.isVisible)
    assert row.refused.text() == "The hub address must begin with http."
    assert row.editor.line.text() == "ftp://x"
    row.editor.line.setText("http://x")
    row.editor.line.editingFinished.emit()
    qtbot.waitUntil(lambda: not row.refused.isVisible())


def test_a_change_from_elsewhere_is_followed(qtbot: QtBot, client: EngineClient) -> None:
    row = made(qtbot, client, "server_require_key")
    assert isinstance(row.editor, SwitchEditor)
    qtbot.waitUntil(row.editor.switch.isChecked)
    client.preferences.set({"server_require_key": False})
    qtbot.waitUntil(lambda: not row.editor.switch.isChecked())


def test_models_are_offered_by_name(qtbot: QtBot, client: EngineClient) -> None:
    row = made(qtbot, client, "default_model")
    editor = row.editor
    assert isinstance(editor, ModelEditor)
    qtbot.waitUntil(lambda: editor.box.findText(LLAMA.name) >= 0)


def test_what_lives_elsewhere_leads_there(qtbot: QtBot, client: EngineClient) -> None:
    row = made(qtbot, client, "remotes")
    assert row.editor is None
    with qtbot.waitSignal(row.elsewhere_wanted):
        row.findChildren(QPushButton)[0].click()
