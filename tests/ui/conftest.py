"""Fixtures of the window's tests: offscreen platform, the theme, a client on a fake engine."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QSettings, QTranslator
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.ui.bridge.client import EngineClient
from app.ui.theme.theme import theme
from tests.fakes.engine import FakeEngine, FakeHost

# A wait ends with its condition. The limit only catches what never comes, and five seconds catch a busy machine too.
PATIENCE_MS = 60_000
for wait in (QtBot.waitActive, QtBot.waitExposed, QtBot.waitSignal, QtBot.waitSignals, QtBot.waitUntil):
    assert wait.__kwdefaults__ is not None
    wait.__kwdefaults__["timeout"] = PATIENCE_MS


@pytest.fixture(scope="session", autouse=True)
def _themed(qapp: QApplication) -> None:
    theme().install(qapp, "light")


@pytest.fixture(autouse=True)
def untranslated(qapp: QApplication) -> Iterator[None]:
    """Take away the translations that a test installed: the next one expects the words of the source."""
    locale = QLocale()
    yield
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)
        translator.setParent(None)
    QLocale.setDefault(locale)


@pytest.fixture
def fake_engine() -> FakeEngine:
    """Return an empty fake engine."""
    return FakeEngine()


@pytest.fixture
def host(fake_engine: FakeEngine) -> FakeHost:
    """Return the host of the fake engine."""
    return FakeHost(fake_engine)


@pytest.fixture
def client(qtbot: QtBot, host: FakeHost) -> Iterator[EngineClient]:
    """Return a client whose fake engine has started."""
    made = EngineClient(lambda: host)
    with qtbot.waitSignal(made.started):
        made.start()
    yield made
    made.close()


@pytest.fixture
def memory(tmp_path: Path) -> QSettings:
    """Return settings of the window in a temporary file."""
    return QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
