"""Ends the window calmly when the terminal or the system asks for it (Ctrl C, SIGTERM). Must not end it itself."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable

from PySide6.QtCore import QObject, QSocketNotifier

ASKING = (signal.SIGINT, signal.SIGTERM)


class EndSignals(QObject):
    """Calls `then` in the GUI thread after a signal, until `release`.

    Python runs its handlers only between two of its own steps, and Qt may wait long between them; the system writes
    into a socket at once, which wakes Qt.
    """

    def __init__(self, then: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._then = then
        self._reader, self._writer = socket.socketpair()
        for end in (self._reader, self._writer):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_signal)
        self._before = {number: signal.signal(number, _heard) for number in ASKING}
        self._fd_before = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)

    def release(self) -> None:
        """Give the signals back to whom they belonged."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._fd_before)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._reader.close()
        self._writer.close()

    def _on_signal(self) -> None:
        if set(self._reader.recv(64)) & set(ASKING):
            self._then()


def _heard(_number: int, _frame: object) -> None:
    """Do nothing; the socket tells it."""
