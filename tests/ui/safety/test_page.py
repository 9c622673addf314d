"""The safety page: three parts, their keys, and the ways to models and chats."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.engine.domain.safety import LLAMA_GUARD
from app.ui.bridge.client import EngineClient
from app.ui.safety.page import PARTS, SafetyPage
from tests.fakes.engine import FakeEngine
from tests.fakes.verdicts import fill


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
        page.policy.cards[LLAMA_GUARD].switch.click()


def test_every_control_has_a_name(qtbot: QtBot, page: SafetyPage, fake_engine: FakeEngine) -> None:
    fill(fake_engine.safety, {"chat_1": "turn_1"})
    page.client.safety.refresh()
    qtbot.waitUntil(lambda: bool(page.policy.categories.own))
    page.policy.categories.editor.edit()
    page.trial.before.toggle.click()
    page.trial.conversation.add_line()
    nameless = []
    for part in PARTS:
        page.open_target(part)
        if part == "log":
            qtbot.waitUntil(lambda: page.log.model.rowCount() > 0)
            page.log.table.selectRow(0)
            page.log.show_details()
            page.log.ask_clear()
        for widget in page.findChildren(QWidget):
            interface = QAccessible.queryAccessibleInterface(widget)
            inside = widget.objectName().startswith("qt_")  # of Qt's own widgets
            focusable = widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.isVisible() and interface is not None
            if focusable and not inside and not interface.text(QAccessible.Text.Name):
                nameless.append((part, type(widget).__name__, type(widget.parent()).__name__))
    assert nameless == []


def test_no_key_is_given_twice(page: SafetyPage) -> None:
    items = [item for menu in page.menus() for item in menu.actions if item is not None]
    keys = [item.shortcut().toString() for item in items if not item.shortcut().isEmpty()]
    assert all(item.text() for item in items) and len(keys) == len(set(keys))
