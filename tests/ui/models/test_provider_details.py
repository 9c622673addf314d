"""A remote provider and its models: use, ask again, remove by name."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.engine.domain.errors import RemoteFailed
from app.engine.domain.settings import RemoteProvider
from app.ui.bridge.client import EngineClient
from app.ui.models.provider_details import ProviderDetails
from tests.fakes.engine import FakeEngine
from tests.fakes.models import REMOTE

LAB = RemoteProvider(id="lab", preset="vllm", base_url="http://127.0.0.1:9/v1")


@pytest.fixture
def details(qtbot: QtBot, client: EngineClient) -> ProviderDetails:
    made = ProviderDetails(client)
    qtbot.addWidget(made)
    made.show()
    client.models.set_remote(LAB, "secret")
    qtbot.waitUntil(lambda: bool(client.preferences.settings.remotes))
    return made


def test_a_provider_and_its_models(details: ProviderDetails, client: EngineClient) -> None:
    details.show_entry(client.preferences.settings.remotes[0])
    assert details.facts.value("Address") == LAB.base_url
    assert details.facts.value("Models") == "llama-3.3-70b"
    assert not details.use_action.isVisible()
    details.show_entry(REMOTE)
    assert details.facts.value("Provider") == "lab"
    assert details.use_action.isVisible()


def test_asking_again_says_what_came(qtbot: QtBot, details: ProviderDetails, fake_engine: FakeEngine) -> None:
    details.show_entry(REMOTE)
    with qtbot.waitSignal(details.notify) as told:
        details.refresh_action.trigger()
    assert told.args[0].level == "success"
    fake_engine.models.provider_error = RemoteFailed("It cannot be reached.")
    with qtbot.waitSignal(details.notify) as told:
        details.refresh_action.trigger()
    assert told.args[0].message == "It cannot be reached."


def test_removing_forgets_the_key(qtbot: QtBot, details: ProviderDetails, fake_engine: FakeEngine) -> None:
    details.show_entry(REMOTE)
    details.remove_action.trigger()
    assert "lab" in details.confirm.question.text()
    with qtbot.waitSignal(details.notify):
        details.confirm.yes.click()
    assert fake_engine.models.provider_keys == {}
    assert fake_engine.preferences.settings.remotes == ()
