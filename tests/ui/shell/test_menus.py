"""The menu bar shows own menus around those of the page that is shown."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QMenuBar
from pytestqt.qtbot import QtBot

from app.ui.shell.menus import Menus, fill
from app.ui.widgets.basics import action
from app.ui.widgets.page import PageMenu


@pytest.fixture
def bar(qtbot: QtBot) -> QMenuBar:
    made = QMenuBar()
    qtbot.addWidget(made)
    return made


def page_menu(bar: QMenuBar, name: str) -> PageMenu:
    owner = QObject(bar)
    return PageMenu(name, (action(owner, f"Do {name}"), None, action(owner, f"Undo {name}")))


def test_the_menus_of_the_page_stand_between(bar: QMenuBar) -> None:
    menus = Menus(bar, [page_menu(bar, "File")], [page_menu(bar, "Help")])
    chat, models = page_menu(bar, "Chat"), page_menu(bar, "Models")
    for page_id, menu in (("chat", chat), ("models", models), ("chat", chat)):
        menus.show_page(page_id, [menu])
        assert [a.text() for a in bar.actions() if a.isVisible()] == ["File", menu.title, "Help"]
    assert len(bar.actions()) == 4
    assert [a.text() for a in menus.all_actions()] == [
        "Do File", "Undo File", "Do Chat", "Undo Chat", "Do Help", "Undo Help",
    ]  # fmt: skip


def test_actions_of_menus_within_menus_are_found(bar: QMenuBar) -> None:
    menus = Menus(bar, [page_menu(bar, "File")], [page_menu(bar, "Help")])
    inner = QMenu("Export", bar)
    fill(inner, [action(inner, "As text")])
    menus.show_page("chat", [PageMenu("Chat", (inner.menuAction(),))])
    assert "As text" in [a.text() for a in menus.all_actions()]
    assert "Export" not in [a.text() for a in menus.all_actions()]
