"""Facts about this computer: versions, and the examination with what to do."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app import __version__
from app.engine.domain.errors import BugError
from app.engine.domain.machine import Finding
from app.ui.bridge.client import EngineClient
from app.ui.settings.computer import Computer, FindingLine
from tests.fakes.engine import FakeEngine


@pytest.fixture
def computer(qtbot: QtBot, client: EngineClient, memory: QSettings) -> Computer:
    client.setProperty("memory", memory)
    made = Computer(client)
    qtbot.addWidget(made)
    made.show()
    return made


def test_versions_and_folder(computer: Computer, memory: QSettings) -> None:
    assert computer.facts.value("Paddock") == __version__
    assert computer.facts.value("Data folder") in memory.fileName()


def test_what_needs_attention_comes_first(qtbot: QtBot, computer: Computer) -> None:
    computer.examine_action.trigger()
    assert not computer.examine_action.isEnabled()
    qtbot.waitUntil(lambda: len(computer.findChildren(FindingLine)) == 3)
    first = computer.findings[0]
    assert (first.topic, first.ok) == ("Keychain", False)
    assert (
        "needs attention: not available Install gnome-keyring" in computer.findChildren(FindingLine)[0].accessibleName()
    )
    assert computer.words.property("kind") == "warning"
    computer.copy_action.trigger()
    assert "! Keychain: not available — Install gnome-keyring or KWallet." in QGuiApplication.clipboard().text()


def test_all_in_order_and_nothing_to_tell(computer: Computer) -> None:
    computer.fill((Finding(topic="Memory", ok=True, value="16 GB"),))
    assert computer.words.text() == "Everything is in order."
    computer.fill(())
    assert "nothing to tell" in computer.words.text()
    assert not computer.copy_action.isVisible()


def test_a_failed_examination_says_so(
    qtbot: QtBot, computer: Computer, fake_engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail() -> tuple[Finding, ...]:
        raise BugError("The examination broke.")

    monkeypatch.setattr(fake_engine.preferences, "doctor", fail)
    computer.examine()
    qtbot.waitUntil(lambda: computer.words.text() == "The examination broke.")
    assert computer.examine_action.isEnabled()
