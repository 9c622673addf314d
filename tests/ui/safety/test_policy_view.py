"""The policy as a whole: it waits for the engine, shows all shields, and greys out what the master switch stops."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from app.engine.domain.embeddings import EmbeddingModel
from app.engine.domain.errors import StorageFailed
from app.engine.domain.safety import LLAMA_GUARD, PROMPT_GUARD, SHIELDS, ShieldInfo
from app.ui.bridge.client import EngineClient
from app.ui.safety.policy_view import PolicyView
from tests.fakes.engine import FakeEngine, FakeHost
from tests.ui.bridge.waiting import result


@pytest.fixture
def view(qtbot: QtBot, client: EngineClient) -> PolicyView:
    made = PolicyView(client)
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    return made


def test_all_of_it_is_shown(view: PolicyView) -> None:
    assert view.currentWidget() is view.area
    assert tuple(view.cards) == SHIELDS and len(view.categories.rows) == 14
    assert view.area.verticalScrollBar().maximum() > 0 and view.area.horizontalScrollBar().maximum() == 0


def test_the_master_switch_stops_the_rest(qtbot: QtBot, view: PolicyView) -> None:
    view.head.switch.click()
    qtbot.waitUntil(lambda: not view.rules.isEnabled())
    assert view.head.isEnabled()


def test_numbers_are_for_experts(qtbot: QtBot, view: PolicyView, client: EngineClient) -> None:
    assert view.version.isHidden()
    result(qtbot, client.preferences.set({"mode": "expert"}))
    qtbot.waitUntil(lambda: not view.version.isHidden())
    assert view.version.text() == "Version 0 of the policy"
    assert "from 50 % on" in view.categories.rows["hate"].threshold.words.text()


def test_names_that_apps_gave_are_listed(qtbot: QtBot, view: PolicyView, client: EngineClient) -> None:
    assert view.named.isHidden()
    named = ShieldInfo(
        id="content_safety", title="", description="", provider_id="llama-guard", state="", ready=True,
        stands_for=LLAMA_GUARD,
    )  # fmt: skip
    result(qtbot, client.safety.register_shield(named))
    client.safety.refresh()
    qtbot.waitUntil(lambda: not view.named.isHidden())
    assert view.named.text() == "Names that apps gave: content_safety (Llama Guard)"


def test_a_policy_that_cannot_be_read_says_why_and_can_be_tried_again(
    qtbot: QtBot, fake_engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail() -> tuple[ShieldInfo, ...]:
        raise StorageFailed("The disk is full.")

    client = EngineClient(lambda: FakeHost(fake_engine))
    view = PolicyView(client)
    qtbot.addWidget(view)
    with monkeypatch.context() as broken:
        broken.setattr(fake_engine.safety, "shields", fail)
        client.start()
        qtbot.waitUntil(lambda: view.currentWidget() is view.broken)
    assert view.broken.sentence.text() == "The disk is full."
    client.safety.refresh()
    qtbot.waitUntil(lambda: view.currentWidget() is view.area)
    client.close()


def test_it_waits_for_the_engine_and_says_when_there_is_none(qtbot: QtBot, fake_engine: FakeEngine) -> None:
    client = EngineClient(lambda: FakeHost(fake_engine, StorageFailed("The disk is full.")))
    view = PolicyView(client)
    qtbot.addWidget(view)
    assert view.currentWidget() is view.waiting
    with qtbot.waitSignal(client.start_failed):
        client.start()
    assert "could not start" in view.waiting.sentence.text()
    client.close()


def test_prompt_guard_is_fetched_where_it_is_missing(
    qtbot: QtBot, view: PolicyView, client: EngineClient, fake_engine: FakeEngine
) -> None:
    card = view.cards[PROMPT_GUARD]
    assert not card.get.isHidden() and view.cards[LLAMA_GUARD].get.isHidden()
    with qtbot.waitSignal(view.notify) as told:
        card.get.click()
    assert "No Prompt Guard is offered" in told.args[0].message
    small = EmbeddingModel(
        id="small", name="Small", kind="classifier", size_bytes=10, installed=False, repo="meta/small"
    )
    fake_engine.embeddings.guards = (replace(small, id="large", repo="meta/large", size_bytes=99), small)
    with qtbot.waitSignal(client.models.download_changed) as begun, qtbot.waitSignal(view.notify) as told:
        card.get.click()
    assert begun.args[0].id == "small"
    assert told.args[0].message == "small is being downloaded."
