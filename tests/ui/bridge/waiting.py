"""Waiting for the end of a call, for tests of the clients."""

from __future__ import annotations

from typing import Any

from pytestqt.qtbot import QtBot

from app.ui.bridge.handle import Handle


def result(qtbot: QtBot, handle: Handle) -> Any:
    """Return what a call answers."""
    with qtbot.waitSignal(handle.done) as done:
        pass
    return done.args[0]


def failure(qtbot: QtBot, handle: Handle) -> Any:
    """Return the error a call ends with."""
    with qtbot.waitSignal(handle.failed) as failed:
        pass
    return failed.args[0]
