"""The models of the picker with their states in words."""

from __future__ import annotations

from typing import Any

from pytestqt.qtbot import QtBot

from app.ui.bridge.client import EngineClient
from app.ui.chat.model_choice import FACTS_ROLE, ModelChoice
from app.ui.chat.model_picker import ModelPicker
from tests.fakes.engine import FakeEngine, FakeHost
from tests.fakes.models import BIG, LLAMA, STARTER


def test_the_model_keeps_the_rules_of_qt(qtbot: QtBot, qtmodeltester: Any, client: EngineClient) -> None:
    choice = ModelChoice(client)
    qtbot.waitUntil(lambda: choice.rowCount() == 4)
    qtmodeltester.check(choice)


def test_states_are_in_words(qtbot: QtBot, client: EngineClient) -> None:
    choice = ModelChoice(client)
    facts = lambda m: choice.index(choice.row_of(m)).data(FACTS_ROLE) or ""
    qtbot.waitUntil(lambda: facts(STARTER.id).startswith("ready"))
    assert facts(LLAMA.id).startswith("not loaded")
    assert "failed: needs 9.1 GB" in facts(BIG.id)


def test_loading_and_unloading_are_followed(
    qtbot: QtBot, client: EngineClient, fake_engine: FakeEngine, host: FakeHost
) -> None:
    picker = ModelPicker(client)
    qtbot.addWidget(picker)
    qtbot.waitUntil(lambda: picker.choice.rowCount() == 4)
    picker.show_model(LLAMA.id)
    fake_engine.models.released.clear()
    picker.load_action.trigger()
    qtbot.waitUntil(lambda: "loading 40 %" in picker.accessibleName())
    assert not picker.load_action.isEnabled()
    host.loop.call_soon_threadsafe(fake_engine.models.released.set)
    qtbot.waitUntil(lambda: picker.unload_action.isEnabled())
    picker.unload_action.trigger()
    qtbot.waitUntil(lambda: "not loaded" in picker.accessibleName())
