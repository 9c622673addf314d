"""A client that knows its policy, with a guard installed, for the tests of the safety page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.ui.bridge.client import EngineClient
from app.ui.safety.changes import PolicyChanges
from app.ui.widgets.notice import Notice
from tests.fakes.engine import FakeEngine, FakeHost
from tests.fakes.safety import GUARD


@pytest.fixture
def client(qtbot: QtBot, host: FakeHost, fake_engine: FakeEngine) -> Iterator[EngineClient]:
    """Return a client whose fake engine has started, with a guard."""
    fake_engine.add_guards(GUARD)
    made = EngineClient(lambda: host)
    with qtbot.waitSignal(made.safety.shields_changed):
        made.start()
    yield made
    made.close()


@pytest.fixture
def changes(client: EngineClient) -> Iterator[PolicyChanges]:
    """Return what changes the policy."""
    owner = QObject()
    yield PolicyChanges(client, owner)
    owner.deleteLater()


@pytest.fixture
def notices(changes: PolicyChanges) -> list[Notice]:
    """Return the list that fills with what the person is told."""
    told: list[Notice] = []
    changes.notify.connect(told.append)
    return told
