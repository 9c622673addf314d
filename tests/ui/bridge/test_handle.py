"""A call ends once, nothing follows its end, and no failure is lost."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.engine.domain.errors import Conflict
from app.ui.bridge.client import EngineClient
from app.ui.bridge.handle import Handle
from tests.fakes.engine import FakeHost


@pytest.fixture
def idle(qtbot: QtBot, host: FakeHost) -> Iterator[EngineClient]:
    """Return a client that was never started: nothing moves by itself."""
    made = EngineClient(lambda: host)
    yield made
    made.close()


@pytest.fixture
def heard() -> list[tuple[str, Any]]:
    return []


@pytest.fixture
def handle(idle: EngineClient, heard: list[tuple[str, Any]]) -> Handle:
    made = Handle(idle)
    made.partial.connect(lambda value: heard.append(("partial", value)))
    made.done.connect(lambda value: heard.append(("done", value)))
    made.cancelled.connect(lambda: heard.append(("cancelled", None)))
    return made


def test_a_call_ends_once(handle: Handle, heard: list[tuple[str, Any]]) -> None:
    handle.deliver_partial(1)
    handle.deliver_done("end")
    handle.deliver_done("again")
    handle.deliver_partial(2)
    handle.deliver_failed(Conflict("too late"))
    handle.cancel()
    assert heard == [("partial", 1), ("done", "end")]


def test_cancelling_stops_the_engine_side_and_silences_the_rest(handle: Handle, heard: list[tuple[str, Any]]) -> None:
    future: Future[Any] = Future()
    handle.attach(future)
    handle.cancel()
    handle.deliver_partial(1)
    handle.deliver_done("end")
    assert future.cancelled()
    assert heard == [("cancelled", None)]


def test_a_failure_goes_to_who_listens_else_to_the_client(idle: EngineClient) -> None:
    unhandled: list[object] = []
    told: list[object] = []
    idle.unhandled.connect(unhandled.append)
    first, second = Conflict("first"), Conflict("second")
    Handle(idle).on(idle, failed=told.append).deliver_failed(first)
    Handle(idle).deliver_failed(second)
    assert (told, unhandled) == ([first], [second])


def test_slots_are_skipped_once_their_owner_is_gone(idle: EngineClient) -> None:
    owner = QObject()
    called: list[object] = []
    note = lambda *value: called.append(value)
    handle = Handle(idle).on(owner, done=note, partial=note, failed=note, cancelled=lambda: note("cancelled"))
    handle.deliver_partial("seen")
    shiboken6.delete(owner)
    handle.deliver_partial("unseen")
    handle.cancel()
    assert called == [("seen",)]
