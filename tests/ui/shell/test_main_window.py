"""The frame: pages are made at first show, keys and clicks lead to them, notices and geometry behave."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.engine.domain.errors import Conflict
from app.engine.domain.events import NoticeRaised
from app.ui.bridge.client import EngineClient
from app.ui.shell.main_window import MainWindow
from app.ui.shell.pages import Page
from app.ui.widgets.basics import action
from app.ui.widgets.notice import Notice
from app.ui.widgets.page import PageMenu, PageWidget
from tests.fakes.engine import FakeEngine, FakeHost


class _Page(PageWidget):
    made: ClassVar[list[str]] = []

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self.made.append(title)
        self.targets: list[Any] = []
        self.do = action(self, f"Do {title}", lambda: self.targets.append("done"))

    def menus(self) -> tuple[PageMenu, ...]:
        return (PageMenu(self.title.text(), (self.do,)),)

    def open_target(self, target: object) -> None:
        self.targets.append(target)


PAGES = (
    Page("one", "One", "message-square", lambda _client: _Page("One")),
    Page("two", "Two", "boxes", lambda _client: _Page("Two")),
    Page("settings", "Settings", "settings", lambda _client: _Page("Settings"), at_foot=True),
)


@pytest.fixture
def window(qtbot: QtBot, client: EngineClient, memory: QSettings) -> MainWindow:
    _Page.made = []
    made = MainWindow(client, PAGES, memory)
    qtbot.addWidget(made)
    made.show()
    made.show_page("one")
    return made


def page(window: MainWindow) -> _Page:
    shown = window.page()
    assert isinstance(shown, _Page)
    return shown


def test_pages_are_made_at_their_first_show_only(window: MainWindow) -> None:
    assert _Page.made == ["One"]
    window.show_page("two")
    window.show_page("one")
    window.show_page("two", "target")
    assert _Page.made == ["One", "Two"]
    assert page(window).targets == ["target"]


def test_actions_of_the_rail_have_keys_and_switch(window: MainWindow) -> None:
    shortcuts = [a.shortcut().toString() for a in window.rail.actions_by_id.values()]
    assert shortcuts == ["Ctrl+1", "Ctrl+2", "Ctrl+3"]
    window.rail.actions_by_id["two"].trigger()
    assert page(window).title.text() == "Two"


def test_menus_of_other_pages_are_hidden(window: MainWindow) -> None:
    window.show_page("two")
    shown = [a.text() for a in window.menuBar().actions() if a.isVisible()]
    assert "Two" in shown and "One" not in shown


def test_the_palette_finds_and_runs_an_action(qtbot: QtBot, window: MainWindow) -> None:
    window.palette_action.trigger()
    qtbot.keyClicks(window.palette_popup.line, "do one")
    assert window.palette_popup.model.command(0).text == "Do One"
    qtbot.keyClick(window.palette_popup.line, Qt.Key.Key_Return)
    assert page(window).targets == ["done"]


def test_the_palette_offers_chats_and_models(qtbot: QtBot, window: MainWindow, fake_engine: FakeEngine) -> None:
    fake_engine.store.add_session("Names for a horse")
    window.palette_action.trigger()
    model = window.palette_popup.model
    names = lambda: {model.command(n).text for n in range(model.rowCount())}
    qtbot.waitUntil(lambda: {"Names for a horse", "SmolLM2 135M Instruct"} <= names())


def test_an_engine_notice_replaces_one_of_its_topic(qtbot: QtBot, window: MainWindow, host: FakeHost) -> None:
    def publish(words: str) -> None:
        event = NoticeRaised(topic="disk", level="warning", message=words)
        host.loop.call_soon_threadsafe(host.engine.events.publish, event)

    publish("first")
    publish("second")
    qtbot.waitUntil(lambda: [c.notice.message for c in window.notifications.cards] == ["second"])


def test_a_failure_nobody_handles_becomes_a_notice(qtbot: QtBot, window: MainWindow) -> None:
    async def conflict(_engine: object) -> None:
        raise Conflict("It is in use.", hint="Close it first.")

    window.client.call(conflict)
    qtbot.waitUntil(lambda: bool(window.notifications.cards))
    assert window.notifications.cards[0].notice.hint == "Close it first."


def test_the_action_of_a_notice_runs_and_dismisses_it(window: MainWindow) -> None:
    ran: list[str] = []
    window.post(Notice("Deleted.", actions=(("Undo", lambda: ran.append("undo")),)))
    card = window.notifications.cards[0]
    from PySide6.QtWidgets import QPushButton

    next(b for b in card.findChildren(QPushButton) if b.text() == "Undo").click()
    assert ran == ["undo"]
    assert window.notifications.cards == []


def test_geometry_is_remembered(qtbot: QtBot, window: MainWindow, client: EngineClient, memory: QSettings) -> None:
    window.resize(900, 650)
    window.close()
    again = MainWindow(client, PAGES, memory)
    qtbot.addWidget(again)
    assert again.height() == 650
    assert again.minimumWidth() == 900


def test_every_control_has_a_name(window: MainWindow) -> None:
    nameless = []
    for widget in window.findChildren(QWidget):
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.isVisible():
            interface = QAccessible.queryAccessibleInterface(widget)
            if interface is not None and not interface.text(QAccessible.Text.Name):
                nameless.append(widget)
    assert [w for w in nameless if type(w).__name__ not in ("_Page", "QScrollArea", "QWidget")] == []


def test_the_status_bar_says_state_speed_and_device(qtbot: QtBot, window: MainWindow) -> None:
    window.status.show_speed(23.4)
    qtbot.waitUntil(lambda: "SmolLM2 135M Instruct" in window.status._model.text())
    words = window.status._model.text()
    assert "ready" in words and "23 tok/s" in words and "CPU (no supported GPU was found)" in words
