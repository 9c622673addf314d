"""The side of the window benchmark that is measured: `python -m tests.benchmarks.window_probe WHAT ...` prints JSON.

Each call is one fresh process that opens the real window, does one thing with it and closes it again. Must not import
anything before it knows what to do: the start is part of what is measured.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any


def empty(began: str) -> None:
    """Show an empty window of the same size; report the seconds from the start of the process to its first paint."""
    from PySide6.QtCore import QTimer
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QApplication, QWidget

    class Window(QWidget):
        def paintEvent(self, event: QPaintEvent) -> None:
            super().paintEvent(event)
            QTimer.singleShot(0, self, done)

    def done() -> None:
        report(seconds=time.time() - float(began))
        window.close()

    application = QApplication([])
    window = Window()
    window.resize(1200, 800)
    window.show()
    application.exec()


def opened(began: str, data: str) -> None:
    """Start Paddock as its command does; report when the box is painted and takes text, and when the engine answers."""
    from app.ui import application

    class Desk(application.Desk):
        def _after_first_paint(self) -> None:
            super()._after_first_paint()
            from tests.benchmarks.window_tools import on_paint

            self.field = self.window.page().composer.field  # type: ignore[union-attr]
            self.client.started.connect(self._finish)
            on_paint(self.field.viewport(), self._type)

        def _type(self) -> None:
            from tests.benchmarks.window_tools import type_into

            type_into(self.field, "h")
            if self.field.toPlainText() != "h":
                raise SystemExit("The box took no text.")
            self.typed = time.time() - float(began)

        def _finish(self) -> None:
            report(seconds=self.typed, engine=time.time() - float(began))
            self.window.close()

    application.Desk = Desk  # type: ignore[misc]
    from app.cli.main import main

    main(["--data-dir", data])


def idle(data: str) -> None:
    """Start Paddock on an empty data directory, take the starter out of memory again; report its memory in bytes."""
    from tests.benchmarks.window_tools import Session, memory

    with Session(data) as session:
        session.started()
        session.settle()
        session.unload()
        session.until(lambda: session.children() == 0)
        session.settle()
        report(bytes=memory(), children=session.children())


def streams(engine: str, data: str, seconds: str) -> None:
    """Let eight chats answer at once; report how late the GUI thread was at worst while they did, in seconds."""
    from tests.benchmarks.window_tools import Session
    from tests.benchmarks.window_work import EightStreams, fake_launcher

    with Session(data, fake_launcher() if engine == "fake" else None) as session:
        session.started()
        report(**EightStreams(session).measure(float(seconds)))


def reading(data: str, texts: str) -> None:
    """Read documents into a bank with its page open; report how late the GUI thread was at worst meanwhile."""
    from tests.benchmarks.window_tools import Session
    from tests.benchmarks.window_work import Reading

    with Session(data) as session:
        session.started()
        session.settle()
        report(**Reading(session).measure(texts))


def fill(data: str) -> None:
    """Write a chat of 1,000 messages into a data directory."""
    from tests.benchmarks.window_work import write_long_chat

    write_long_chat(data)
    report(done=True)


def long(data: str, passes: str) -> None:
    """Open the long chat, scroll through it; report the seconds of opening and the memory after each pass."""
    from tests.benchmarks.window_tools import Session
    from tests.benchmarks.window_work import LongChat

    with Session(data) as session:
        session.started()
        session.settle()
        chat = LongChat(session)
        seconds = chat.open()
        report(seconds=seconds, bytes=[chat.scroll_through() for _ in range(int(passes))], turns=chat.turns)


def report(**found: Any) -> None:
    """Print what was found, as the last line."""
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
