"""What is on this computer: order, states, providers, search."""

from __future__ import annotations

from typing import Any

from pytestqt.qtbot import QtBot

from app.engine.domain.models import ModelState
from app.engine.domain.settings import RemoteProvider
from app.ui.bridge.client import EngineClient
from app.ui.models.library_model import DOT_ROLE, ENTRY_ROLE, FACTS_ROLE, LibraryModel
from tests.fakes.engine import FakeEngine, FakeHost
from tests.fakes.models import BIG, LLAMA, STARTER


def made(qtbot: QtBot, client: EngineClient) -> LibraryModel:
    model = LibraryModel(client)
    qtbot.waitUntil(lambda: model.known)
    return model


def facts(model: LibraryModel, entry_id: str) -> str:
    return str(model.index(model.row_of(entry_id)).data(FACTS_ROLE))


def test_it_keeps_the_rules_of_qt(qtbot: QtBot, qtmodeltester: Any, client: EngineClient) -> None:
    qtmodeltester.check(made(qtbot, client))


def test_states_stand_beside_the_facts(qtbot: QtBot, client: EngineClient) -> None:
    model = made(qtbot, client)
    qtbot.waitUntil(lambda: facts(model, STARTER.id) == "ready  ·  135 M  ·  Q4_1  ·  98.0 MB")
    assert facts(model, LLAMA.id).startswith("not loaded")
    assert "needs 9.1 GB" in facts(model, BIG.id)
    assert model.index(model.row_of(BIG.id)).data(DOT_ROLE) == "failed"


def test_a_change_of_state_is_followed(
    qtbot: QtBot, client: EngineClient, fake_engine: FakeEngine, host: FakeHost
) -> None:
    model = made(qtbot, client)
    with qtbot.waitSignal(model.dataChanged):
        host.loop.call_soon_threadsafe(fake_engine.models._set, LLAMA.id, ModelState(phase="loading", progress=0.25))
    assert facts(model, LLAMA.id).startswith("loading 25 %")


def test_a_provider_stands_above_its_models(qtbot: QtBot, client: EngineClient) -> None:
    model = made(qtbot, client)
    client.models.set_remote(RemoteProvider(id="lab", preset="vllm", base_url="http://127.0.0.1:9/v1"), "secret")
    qtbot.waitUntil(lambda: model.row_of("lab") >= 0)
    assert model.row_of("lab/llama-3.3-70b") == model.row_of("lab") + 1
    assert isinstance(model.index(model.row_of("lab")).data(ENTRY_ROLE), RemoteProvider)
    assert "vllm" in facts(model, "lab")


def test_search_narrows_and_forgets(qtbot: QtBot, client: EngineClient) -> None:
    model = made(qtbot, client)
    model.search("llama q4_k_m")
    assert [entry.id for entry in model.entries] == [LLAMA.id]
    assert model.model(STARTER.id) is not None
    model.search("nothing like it")
    assert model.rowCount() == 0
    model.search("")
    assert model.rowCount() == 4


def test_a_file_finds_its_model(qtbot: QtBot, client: EngineClient) -> None:
    model = made(qtbot, client)
    assert model.id_of_file("llama32.gguf") == LLAMA.id
    assert model.id_of_file("other.gguf") == ""
