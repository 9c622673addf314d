"""That there is no guard is said once, after other banners, and never again when dismissed."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.ui.bridge.client import EngineClient
from app.ui.chat.guard_banner import GuardBanner
from tests.fakes.engine import FakeEngine, FakeHost
from tests.fakes.safety import GUARD
from tests.ui.bridge.waiting import result


@pytest.fixture
def other(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.hide()
    return made


def shown(banner: GuardBanner) -> bool:
    return not banner.isHidden()


def test_it_offers_a_guard(qtbot: QtBot, client: EngineClient, memory: QSettings, other: QWidget) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    banner = GuardBanner(memory, client.safety, other)
    banner.setParent(holder)
    qtbot.waitUntil(lambda: client.safety.known)
    assert shown(banner)
    with qtbot.waitSignal(banner.guard_wanted):
        banner.findChild(QPushButton).click()


def test_it_waits_for_another_banner(qtbot: QtBot, client: EngineClient, memory: QSettings) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    other = QWidget(holder)
    banner = GuardBanner(memory, client.safety, other)
    banner.setParent(holder)
    other.show()
    qtbot.waitUntil(lambda: client.safety.known)
    banner.follow()
    assert not shown(banner)
    other.hide()
    assert shown(banner)
    other.show()
    assert not shown(banner)


def test_a_guard_or_a_policy_without_one_sends_it_away(
    qtbot: QtBot, client: EngineClient, memory: QSettings, other: QWidget, host: FakeHost, fake_engine: FakeEngine
) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    banner = GuardBanner(memory, client.safety, other)
    banner.setParent(holder)
    qtbot.waitUntil(lambda: client.safety.known)
    result(qtbot, client.safety.set_policy(replace(client.safety.policy, enabled=False)))
    qtbot.waitUntil(lambda: not shown(banner))
    result(qtbot, client.safety.set_policy(replace(client.safety.policy, enabled=True)))
    qtbot.waitUntil(lambda: shown(banner))
    host.loop.call_soon_threadsafe(lambda: fake_engine.add_guards(GUARD))
    qtbot.waitUntil(lambda: not shown(banner))


def test_dismissed_it_stays_away_after_a_restart(
    qtbot: QtBot, client: EngineClient, memory: QSettings, other: QWidget
) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    first = GuardBanner(memory, client.safety, other)
    first.setParent(holder)
    qtbot.waitUntil(lambda: client.safety.known)
    first.dismiss()
    second = GuardBanner(QSettings(memory.fileName(), QSettings.Format.IniFormat), client.safety, other)
    second.setParent(holder)
    second.follow()
    assert not shown(first) and not shown(second)
