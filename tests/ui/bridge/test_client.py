"""Calls, streams, events and failures cross between the engine's loop and the window."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Any

import shiboken6
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.engine.domain.errors import BugError, Conflict, DataDirectoryInUse
from app.engine.domain.events import NoticeRaised
from app.engine.facade import Engine
from app.ui.bridge.client import EngineClient
from tests.fakes.engine import FakeEngine, FakeHost


async def _thread_of(_engine: Engine) -> str:
    return threading.current_thread().name


def test_a_call_runs_in_the_loop_and_answers_on_the_gui_thread(qtbot: QtBot, client: EngineClient) -> None:
    handle = client.call(_thread_of)
    seen: list[str] = []
    handle.done.connect(lambda _v: seen.append(threading.current_thread().name))
    with qtbot.waitSignal(handle.done) as answer:
        pass
    assert answer.args == ["fake-engine"]
    assert seen == [threading.main_thread().name]


def test_a_call_made_before_the_start_waits_for_it(qtbot: QtBot, host: FakeHost) -> None:
    client = EngineClient(lambda: host)
    handle = client.call(_thread_of)
    with qtbot.waitSignal(handle.done):
        client.start()
    client.close()


def test_a_stream_arrives_in_order_and_ends(qtbot: QtBot, client: EngineClient) -> None:
    async def count(_engine: Engine) -> AsyncIterator[int]:
        for number in range(500):
            yield number

    got: list[object] = []
    handle = client.stream(count)
    handle.partial.connect(got.append)
    with qtbot.waitSignal(handle.done):
        pass
    assert got == list(range(500))


def test_nothing_follows_a_cancel_and_the_engine_side_ends(qtbot: QtBot, client: EngineClient) -> None:
    ended = threading.Event()

    async def endless(_engine: Engine) -> AsyncIterator[int]:
        try:
            while True:
                yield 1
                await asyncio.sleep(0)
        finally:
            ended.set()

    handle = client.stream(endless)
    with qtbot.waitSignal(handle.partial):
        pass
    later: list[object] = []
    handle.partial.connect(later.append)
    handle.done.connect(later.append)
    handle.failed.connect(later.append)
    with qtbot.waitSignal(handle.cancelled):
        handle.cancel()
    qtbot.waitUntil(ended.is_set)
    with qtbot.waitSignal(client.call(_thread_of).done):
        pass
    assert later == []


def test_a_world_error_keeps_its_type_and_a_bug_becomes_one(qtbot: QtBot, client: EngineClient) -> None:
    async def conflict(_engine: Engine) -> None:
        raise Conflict("in use")

    async def bug(_engine: Engine) -> None:
        raise KeyError("oops")

    with qtbot.waitSignal(client.call(conflict).failed) as failed:
        pass
    assert isinstance(failed.args[0], Conflict)
    with qtbot.waitSignal(client.call(bug).failed) as failed:
        pass
    assert isinstance(failed.args[0], BugError)
    assert isinstance(failed.args[0].__cause__, KeyError)


def test_a_failure_nobody_listens_to_is_reported(qtbot: QtBot, client: EngineClient) -> None:
    async def conflict(_engine: Engine) -> None:
        raise Conflict("in use")

    with qtbot.waitSignal(client.unhandled) as reported:
        client.call(conflict)
    assert reported.args[0].message == "in use"


def test_slots_of_a_deleted_owner_are_skipped(qtbot: QtBot, client: EngineClient, host: FakeHost) -> None:
    release = asyncio.Event()

    async def held(_engine: Engine) -> None:
        await release.wait()

    owner = QObject()
    called: list[object] = []
    handle = client.call(held).on(owner, done=called.append)
    shiboken6.delete(owner)
    host.loop.call_soon_threadsafe(release.set)
    with qtbot.waitSignal(handle.done):
        pass
    assert called == []


def test_events_arrive_as_a_signal(qtbot: QtBot, client: EngineClient, fake_engine: FakeEngine, host: FakeHost) -> None:
    event = NoticeRaised(topic="t", level="info", message="m")
    with qtbot.waitSignal(client.engine_event) as got:
        host.loop.call_soon_threadsafe(fake_engine.events.publish, event)
    assert got.args == [event]


def test_a_failed_start_is_told_and_can_be_tried_again(qtbot: QtBot) -> None:
    hosts: list[Any] = [FakeHost(failure=DataDirectoryInUse("Another Paddock is open.")), FakeHost()]
    client = EngineClient(lambda: hosts.pop(0))
    with qtbot.waitSignal(client.start_failed) as failed:
        client.start()
    assert failed.args[0].message == "Another Paddock is open."
    with qtbot.waitSignal(client.started):
        client.start()
    client.close()


def test_closing_ends_the_loop_thread_and_cancels_what_runs(qtbot: QtBot, client: EngineClient) -> None:
    async def forever(_engine: Engine) -> None:
        await asyncio.Event().wait()

    handle = client.call(forever)
    with qtbot.waitSignal(handle.cancelled):
        client.close()
    assert not [t for t in threading.enumerate() if t.name in ("fake-engine", "engine-start")]
