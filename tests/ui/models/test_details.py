"""A local model: state in words, load and unload, measure, load settings with verdict, remove by name."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from app.engine.domain.errors import InvalidRequest
from app.engine.domain.models import LoadSettings, Model
from app.ui.bridge.client import EngineClient
from app.ui.models.details import ModelDetails
from app.ui.widgets.notice import Notice
from tests.fakes.engine import FakeEngine, FakeHost
from tests.fakes.models import BIG, LLAMA, STARTER


@pytest.fixture
def details(qtbot: QtBot, client: EngineClient) -> ModelDetails:
    made = ModelDetails(client)
    qtbot.addWidget(made)
    made.resize(800, 600)
    made.show()
    client.models.changed.connect(lambda: _follow(client, made))
    qtbot.waitUntil(lambda: client.models.state(STARTER.id).phase == "ready")
    return made


def _follow(client: EngineClient, details: ModelDetails) -> None:
    def show(models: tuple[Model, ...]) -> None:
        for model in models:
            if details.model is not None and model.id == details.model.id:
                details.show_model(model)

    client.models.list().on(details, done=show)


def test_facts_and_state_are_in_words(qtbot: QtBot, details: ModelDetails) -> None:
    details.show_model(STARTER)
    assert details.state.text() == "Ready on CPU (no supported GPU was found)"
    assert details.facts.value("Parameters") == "135 M"
    assert details.facts.value("Licence") == "Apache 2.0"
    assert details.facts.value("Chat template") == "yes"
    assert details.facts.value("Speed here") == "55.2 tokens/s"
    qtbot.waitUntil(lambda: not details.settings.verdict.isHidden())
    details.show_model(BIG)
    assert "Failed: needs 9.1 GB" in details.state.text()
    assert details.load_action.text() == "Try again"


def test_load_and_unload(qtbot: QtBot, details: ModelDetails, fake_engine: FakeEngine, host: FakeHost) -> None:
    details.show_model(LLAMA)
    fake_engine.models.released.clear()
    details.load_action.trigger()
    qtbot.waitUntil(lambda: details.state.text() == "Loading 40 %")
    assert details.unload_action.text() == "Stop loading"
    host.loop.call_soon_threadsafe(fake_engine.models.released.set)
    qtbot.waitUntil(lambda: details.state.text().startswith("Ready"))
    details.unload_action.trigger()
    qtbot.waitUntil(lambda: details.state.text() == "Not loaded")


def test_a_failed_load_stays_beside_the_name_and_raises_no_notice(qtbot: QtBot, details: ModelDetails) -> None:
    said: list[Notice] = []
    details.notify.connect(said.append)
    details.show_model(BIG)
    details.load_action.trigger()
    qtbot.waitUntil(lambda: details.state.text().startswith("Loading") or "Failed" in details.state.text())
    qtbot.waitUntil(lambda: "Failed" in details.state.text() and details.load_action.isEnabled())
    assert said == []


def test_measuring_is_remembered(qtbot: QtBot, details: ModelDetails) -> None:
    details.show_model(LLAMA)
    with qtbot.waitSignal(details.notify) as told:
        details.measure_action.trigger()
        assert not details.measure_action.isEnabled()
    assert "42.0 tokens/s" in told.args[0].message
    qtbot.waitUntil(lambda: details.facts.value("Speed here") == "42.0 tokens/s")
    assert details.measure_action.isEnabled()


def test_load_settings_are_kept_and_judged(qtbot: QtBot, details: ModelDetails, fake_engine: FakeEngine) -> None:
    details.show_model(STARTER)
    details.settings.context.setValue(4096)
    qtbot.waitUntil(lambda: fake_engine.models.installed[STARTER.id].load_settings == LoadSettings(context_length=4096))
    qtbot.waitUntil(lambda: details.settings._later.isVisible())
    details.settings.reload_wanted.emit()
    qtbot.waitUntil(lambda: fake_engine.models.phases[STARTER.id].phase == "ready")
    assert not details.settings._later.isVisible()


def test_refused_load_settings_say_why(
    qtbot: QtBot, details: ModelDetails, fake_engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(model_id: str, settings: LoadSettings) -> Model:
        raise InvalidRequest("Too many threads.", hint="Choose at most 8.")

    monkeypatch.setattr(fake_engine.models, "configure", refuse)
    details.show_model(STARTER)
    details.settings.threads.setValue(500)
    qtbot.waitUntil(lambda: details.settings.refused.text() == "Too many threads. Choose at most 8.")


def test_removing_names_the_model_and_the_bytes(qtbot: QtBot, details: ModelDetails, fake_engine: FakeEngine) -> None:
    details.show_model(LLAMA)
    details.remove_action.trigger()
    assert LLAMA.name in details.confirm.question.text()
    assert "2.0 GB come free" in details.confirm.consequence.text()
    with qtbot.waitSignal(details.notify) as told:
        details.confirm.yes.click()
    assert told.args[0].hint == "2.0 GB came free."
    assert LLAMA.id not in fake_engine.models.installed


def test_a_linked_file_stays(details: ModelDetails, client: EngineClient, memory: QSettings, tmp_path: Path) -> None:
    client.setProperty("memory", memory)
    details.show_model(BIG)
    details.remove_action.trigger()
    assert "stays where it is" in details.confirm.consequence.text()
    copied = msgspec.structs.replace(BIG, id="copied", path=str(tmp_path / "models" / "big.gguf"))
    details.show_model(copied)
    assert not details.confirm.isVisible()
    details.remove_action.trigger()
    assert "8.5 GB come free" in details.confirm.consequence.text()


def test_a_missing_file_cannot_be_loaded(details: ModelDetails) -> None:
    details.show_model(msgspec.structs.replace(LLAMA, missing=True))
    assert details.state.text().startswith("The file is missing. Put llama32.gguf back")
    assert not details.load_action.isEnabled()
    assert not details.use_action.isEnabled()
    assert details.remove_action.isEnabled()


def test_using_and_choosing_as_default(qtbot: QtBot, details: ModelDetails, fake_engine: FakeEngine) -> None:
    details.show_model(LLAMA)
    with qtbot.waitSignal(details.chat_wanted) as wish:
        details.use_action.trigger()
    assert wish.args == [LLAMA.id]
    details.default_action.trigger()
    qtbot.waitUntil(lambda: fake_engine.preferences.settings.default_model == LLAMA.id)


def test_the_settings_stand_beside_the_facts_only_where_there_is_room(qtbot: QtBot, details: ModelDetails) -> None:
    details.show_model(STARTER)
    facts, settings = details.facts.parentWidget(), details._settings_holder
    assert facts is not None
    details.resize(900, 600)
    qtbot.waitUntil(lambda: settings.x() > facts.x() and settings.y() == facts.y())
    details.resize(500, 900)
    qtbot.waitUntil(lambda: settings.x() == facts.x() and settings.y() > facts.y())
