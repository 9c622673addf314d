"""Embedding models are offered with their languages; neither rerankers nor the one in use; those of the hub arrive."""

from __future__ import annotations

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from app.engine.domain.models import Download
from app.ui.bridge.client import EngineClient
from app.ui.memory.model_choice import ModelChoice
from tests.fakes.engine import FakeEngine, FakeHost
from tests.fakes.memory import MINILM, POLYGLOT

RUNNING = Download(id="1", repo=POLYGLOT.repo, file="e5", state="running", received_bytes=1_000, total_bytes=4_000)


@pytest.fixture
def choice(qtbot: QtBot, client: EngineClient) -> ModelChoice:
    made = ModelChoice(client)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: made.box.count() == 2)
    return made


def tell(host: FakeHost, engine: FakeEngine, **changes: object) -> None:
    host.loop.call_soon_threadsafe(engine.embeddings.tell, msgspec.structs.replace(RUNNING, **changes))


def test_models_that_embed_are_offered(choice: ModelChoice) -> None:
    assert (choice.model_id, choice.ready) == (MINILM.id, True)
    assert choice.note.text() == "Made for: English."
    assert not choice.download.isVisible()
    choice.box.setCurrentIndex(1)
    assert (choice.model_id, choice.ready) == (POLYGLOT.id, False)
    assert "not on this computer yet" in choice.note.text()
    assert choice.download.isVisible()


def test_the_model_in_use_is_left_out(qtbot: QtBot, client: EngineClient) -> None:
    choice = ModelChoice(client, without=MINILM.id)
    qtbot.addWidget(choice)
    qtbot.waitUntil(lambda: choice.box.count() == 1)
    choice.fill((MINILM,))
    assert choice.model_id == "" and "No other" in choice.note.text()


def test_a_model_of_the_hub_arrives(qtbot: QtBot, choice: ModelChoice, host: FakeHost, fake_engine: FakeEngine) -> None:
    choice.box.setCurrentIndex(1)
    choice.download.click()
    qtbot.waitUntil(lambda: choice.bar.isVisible())
    assert choice.bar.value() == 500
    assert "of 471.0 MB have arrived" in choice.note.text()
    assert not choice.download.isVisible()
    choice.box.setCurrentIndex(0)
    assert not choice.bar.isVisible()
    choice.box.setCurrentIndex(1)
    assert choice.bar.isVisible()
    with qtbot.waitSignal(choice.changed):
        host.loop.call_soon_threadsafe(fake_engine.embeddings.arrive, RUNNING)
    qtbot.waitUntil(lambda: choice.ready)
    assert choice.model_id == POLYGLOT.id
    assert not choice.bar.isVisible() and not choice.download.isVisible()


def test_a_download_that_fails_says_why(
    qtbot: QtBot, choice: ModelChoice, host: FakeHost, fake_engine: FakeEngine
) -> None:
    choice.box.setCurrentIndex(1)
    tell(host, fake_engine, state="failed", reason="The hub refuses access.", hint="Set a token.")
    qtbot.waitUntil(lambda: choice.note.text() == "The hub refuses access. Set a token.")
    assert choice.download.isVisible() and not choice.bar.isVisible()


def test_a_download_that_cannot_begin_says_why(qtbot: QtBot, choice: ModelChoice, fake_engine: FakeEngine) -> None:
    choice.box.setCurrentIndex(1)
    fake_engine.embeddings.known = (MINILM,)
    choice.download.click()
    qtbot.waitUntil(lambda: "installed already" in choice.note.text())
    assert choice.download.isEnabled()
