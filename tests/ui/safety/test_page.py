"""The safety page: three parts, their keys, and the ways to models and chats."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.ui.bridge.client import EngineClient
from app.ui.safety.page import SafetyPage


@pytest.fixture
def page(qtbot: QtBot, client: EngineClient) -> SafetyPage:
    made = SafetyPage(client)
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    return made


def test_parts_are_reached_by_target_and_key(page: SafetyPage) -> None:
    for target, part in (("test", page.trial), ("log", page.log), ("policy", page.policy)):
        page.open_target(target)
        page.shown()
        assert page.stack.currentWidget() is part
    assert [made.shortcut().toString() for made in page.part_actions] == ["Alt+1", "Alt+2", "Alt+3"]
    page.part_actions[1].trigger()
    assert page.stack.currentWidget() is page.trial
    page.open_target(object())
    assert page.stack.currentWidget() is page.trial


def test_find_looks_into_the_log(page: SafetyPage) -> None:
    page.find()
    assert page.stack.currentWidget() is page.log


def test_the_ways_to_models_and_chats(qtbot: QtBot, page: SafetyPage) -> None:
    with qtbot.waitSignal(page.navigate) as to_models:
        page.guard_action.trigger()
    assert to_models.args == ["models", "guards"]
    with qtbot.waitSignal(page.navigate) as to_chat:
        page.log.turn_wanted.emit("chat_1", "turn_1")
    assert to_chat.args == ["chat", ("chat_1", "turn_1")]


def test_everything_is_in_the_menu(page: SafetyPage) -> None:
    (menu,) = page.menus()
    shown = [made.text() for made in menu.actions if made is not None]
    assert "Check" in shown and "Clear the log …" in shown and "Get a guard" in shown


def test_notices_of_the_parts_are_handed_on(qtbot: QtBot, page: SafetyPage) -> None:
    with qtbot.waitSignal(page.notify):
        page.policy.head.switch.click()
