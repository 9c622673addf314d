"""What the probes of the window share: a running window, a heart that beats in the GUI thread, keys and memory."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.ui.application import Desk, real_launcher
from app.ui.bridge.client import Launcher

BEAT_MS = 5
SETTLE_MS = 2_000
LIMIT_MS = 120_000


class Session:
    """The real window in this process, on real or fake engine. Waiting runs the event loop, it never sleeps."""

    def __init__(self, data: str, launcher: Launcher | None = None) -> None:
        self.application = QApplication(["paddock"])
        folder = Path(data)
        self.desk = Desk(self.application, folder, launcher or real_launcher(folder))

    def __enter__(self) -> Session:
        """Open the window."""
        self.desk.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it and end the engine."""
        self.desk.window.close()
        self.desk.close()

    def started(self) -> None:
        """Wait for the engine."""
        self.until(lambda: self.desk.client.state == "ready")

    def settle(self, milliseconds: int = SETTLE_MS) -> None:
        """Let the window do what it still has to do."""
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait for a condition; ends the probe when it never comes."""
        loop, limit = QEventLoop(), time.monotonic() + LIMIT_MS / 1000
        timer = QTimer(interval=BEAT_MS)

        def look() -> None:
            if condition() or time.monotonic() > limit:
                loop.quit()

        timer.timeout.connect(look)
        timer.start()
        loop.exec()
        timer.stop()
        if not condition():
            raise SystemExit("What the probe waits for did not happen.")

    def unload(self) -> None:
        """Take the starter out of memory: the window has it loaded for the first words."""
        models = self.desk.client.models
        models.default().on(self.desk.window, done=lambda model: models.unload(model.id))

    def children(self) -> int:
        """Return how many child processes there are."""
        import psutil

        return len(psutil.Process().children(recursive=True))


class Heart(QObject):
    """Beats every few milliseconds in the GUI thread; `longest` is how late a beat came at worst, in seconds."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.longest, self.beats = 0.0, 0
        self._last = time.perf_counter()
        timer = QTimer(self, interval=BEAT_MS)
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.timeout.connect(self._beat)
        timer.start()

    def _beat(self) -> None:
        now = time.perf_counter()
        self.longest = max(self.longest, now - self._last - BEAT_MS / 1000)
        self._last = now
        self.beats += 1


class _Painted(QObject):
    def __init__(self, target: QWidget, then: Callable[[], None]) -> None:
        super().__init__(target)
        self._then = then
        target.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self, self._then)
        return False


def on_paint(target: QWidget, then: Callable[[], None]) -> None:
    """Call once, after the next time the widget has been painted."""
    _Painted(target, then)


def type_into(field: QWidget, letter: str) -> None:
    """Press and release a key."""
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        key = QKeyEvent(kind, ord(letter.upper()), Qt.KeyboardModifier.NoModifier, letter)
        QCoreApplication.sendEvent(field, key)


def memory() -> int:
    """Return the resident bytes of this process."""
    import psutil

    return int(psutil.Process().memory_info().rss)
