"""Embedding models are offered with their languages; rerankers and the model in use are not."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.ui.bridge.client import EngineClient
from app.ui.memory.model_choice import ModelChoice
from tests.fakes.memory import MINILM, POLYGLOT


def test_models_that_embed_are_offered(qtbot: QtBot, client: EngineClient) -> None:
    choice = ModelChoice(client)
    qtbot.addWidget(choice)
    qtbot.waitUntil(lambda: choice.box.count() == 2)
    assert choice.model_id == MINILM.id
    assert choice.note.text() == "Made for: English."
    choice.box.setCurrentIndex(1)
    assert choice.model_id == POLYGLOT.id
    assert "downloaded" in choice.note.text()


def test_the_model_in_use_is_left_out(qtbot: QtBot, client: EngineClient) -> None:
    choice = ModelChoice(client, without=MINILM.id)
    qtbot.addWidget(choice)
    qtbot.waitUntil(lambda: choice.box.count() == 1)
    choice.fill((MINILM,))
    assert choice.model_id == "" and "No other" in choice.note.text()
