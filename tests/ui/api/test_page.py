"""The page of the local API: state in words, address and key, renewing."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QDesktopServices, QGuiApplication
from pytestqt.qtbot import QtBot

from app.engine.domain.errors import Conflict
from app.ui.api.page import ApiPage
from app.ui.bridge.client import EngineClient
from tests.fakes.engine import FakeEngine
from tests.fakes.models import STARTER


@pytest.fixture
def page(qtbot: QtBot, client: EngineClient) -> ApiPage:
    made = ApiPage(client)
    qtbot.addWidget(made)
    made.resize(900, 700)
    made.show()
    qtbot.waitUntil(lambda: made.url.field.text() != "")
    return made


def test_listening_is_said_with_the_address(page: ApiPage) -> None:
    assert page.state.text() == "Listening at http://127.0.0.1:8321"
    assert "send the key" in page.explanation.text()
    page.url.copy_action.trigger()
    assert QGuiApplication.clipboard().text() == "http://127.0.0.1:8321"


def test_off_says_why(qtbot: QtBot, page: ApiPage, client: EngineClient) -> None:
    client.preferences.set({"server_enabled": False})
    qtbot.waitUntil(lambda: page.state.text() == "Off: switched off")
    assert not page.url.copy_action.isEnabled()
    assert not page.docs_action.isEnabled()


def test_the_key_is_fetched_when_it_is_wanted_and_can_be_renewed(qtbot: QtBot, page: ApiPage) -> None:
    assert "pk-fake" not in page.key.field.text()
    page.key.reveal.trigger()
    qtbot.waitUntil(lambda: page.key.field.text() == "pk-fake-0123456789abcdef")
    with qtbot.waitSignal(page.notify) as told:
        page.renew_action.trigger()
    assert "renewed" in told.args[0].message
    assert page.key.field.text() == "pk-fake-renewed"


def test_a_key_that_cannot_be_renewed_says_why(
    qtbot: QtBot, page: ApiPage, fake_engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse() -> str:
        raise Conflict("The key comes from the environment.")

    monkeypatch.setattr(fake_engine.preferences, "renew_api_key", refuse)
    with qtbot.waitSignal(page.notify) as told:
        page.renew_action.trigger()
    assert told.args[0].message == "The key comes from the environment."
    assert page.renew_action.isEnabled()


def test_examples_name_the_default_model(qtbot: QtBot, page: ApiPage) -> None:
    qtbot.waitUntil(lambda: STARTER.id in page.examples.code.code)
    assert "http://127.0.0.1:8321/v1" in page.examples.code.code


def test_the_reference_opens_at_the_address_that_is_shown(page: ApiPage, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    page.docs_action.trigger()
    assert opened == [page.docs.text()] == ["http://127.0.0.1:8321/docs"]
