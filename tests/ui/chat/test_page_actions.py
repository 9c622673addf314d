"""The actions of the chat page are offered only when they can do something."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app.ui.bridge.client import EngineClient
from app.ui.chat.page import ChatPage
from tests.fakes.engine import FakeEngine


@pytest.fixture
def page(qtbot: QtBot, client: EngineClient) -> ChatPage:
    made = ChatPage(client)
    qtbot.addWidget(made)
    made.show()
    return made


def test_stopping_and_asking_again_exclude_each_other(page: ChatPage) -> None:
    acts = page.acts
    for running in (True, False):
        acts.set_running(running)
        assert [acts.stop.isEnabled(), acts.again.isEnabled(), acts.edit.isEnabled()] == [
            running, not running, not running,
        ]  # fmt: skip


def test_only_a_chat_that_exists_is_exported(page: ChatPage) -> None:
    assert not any(item.isEnabled() for item in page.acts.exports)
    page.acts.set_session(True)
    assert all(item.isEnabled() for item in page.acts.exports)


def test_no_key_is_given_twice(page: ChatPage) -> None:
    actions = [item for menu in page.acts.menus() for item in menu.actions if item is not None]
    keys = [item.shortcut().toString() for item in actions if not item.shortcut().isEmpty()]
    assert len(keys) > 10 and sorted(set(keys)) == sorted(keys)


def test_the_last_answer_is_copied(qtbot: QtBot, page: ChatPage, fake_engine: FakeEngine) -> None:
    QGuiApplication.clipboard().setText("before")
    page.acts.copy.trigger()
    assert QGuiApplication.clipboard().text() == "before"
    session = fake_engine.store.add_session("Chat")
    fake_engine.store.add_turn(session.id, "Hi", "The **answer**")
    page.presenter.open(session.id)
    qtbot.waitUntil(lambda: bool(page.conversation.turns))
    page.acts.copy.trigger()
    assert QGuiApplication.clipboard().text() == "The **answer**"
