"""An empty chat says where words go; the starter banner shows until it is dismissed, then never again."""

from __future__ import annotations

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from app.ui.chat.welcome import StarterBanner, Welcome
from tests.fakes.models import LLAMA, REMOTE, STARTER


def test_the_banner_is_for_the_starter_only(qtbot: QtBot, memory: QSettings) -> None:
    banner = StarterBanner(memory)
    qtbot.addWidget(banner)
    shown = []
    for model in (None, STARTER, LLAMA, REMOTE):
        banner.show_model(model)
        shown.append(not banner.isHidden())
    assert shown == [False, True, False, False]
    assert STARTER.name in banner.words.text()


def test_a_dismissed_banner_stays_away_after_a_restart(qtbot: QtBot, memory: QSettings) -> None:
    first = StarterBanner(memory)
    qtbot.addWidget(first)
    first.show_model(STARTER)
    first.findChild(QToolButton).click()
    assert first.isHidden()
    second = StarterBanner(QSettings(memory.fileName(), QSettings.Format.IniFormat))
    qtbot.addWidget(second)
    second.show_model(STARTER)
    assert second.isHidden()


def test_it_says_when_words_leave_the_machine(qtbot: QtBot) -> None:
    welcome = Welcome()
    qtbot.addWidget(welcome)
    welcome.show_model(REMOTE)
    assert "“lab”" in welcome.line.text()
    welcome.show_model(LLAMA)
    assert welcome.line.text() == "Everything you write stays on this machine."
