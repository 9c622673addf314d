"""A signal ends the window calmly, and the handlers of before come back."""

from __future__ import annotations

import os
import signal

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.ui.signals import EndSignals


def test_a_signal_is_heard_while_qt_waits_and_given_back(qtbot: QtBot) -> None:
    before = signal.getsignal(signal.SIGTERM)
    heard: list[str] = []
    owner = QObject()
    signals = EndSignals(lambda: heard.append("asked"), owner)
    os.kill(os.getpid(), signal.SIGTERM)
    qtbot.waitUntil(lambda: heard == ["asked"])
    signals.release()
    assert signal.getsignal(signal.SIGTERM) is before
