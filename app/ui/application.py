"""Starts and ends the window. The window shows first; the engine and everything heavy come after the first paint.

Order of the end: the window hides, the engine stops, the application goes. An unexpected error is shown calmly
with its details and never ends the program by itself.
"""

from __future__ import annotations

import gc
import sys
import threading
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QCoreApplication, QObject, QSettings, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication

from app.ui import i18n
from app.ui.bridge.client import EngineClient, Host, Launcher
from app.ui.shell.main_window import MainWindow
from app.ui.shell.pages import all_pages
from app.ui.theme.theme import theme
from app.ui.widgets.notice import Notice


class Faults(QObject):
    """Catches what nobody caught, from any thread, and shows it as a notice."""

    caught = Signal(str)

    def install(self) -> None:
        """Take over the hooks of Python."""
        sys.excepthook = self._on_exception
        threading.excepthook = lambda args: self._on_exception(args.exc_type, args.exc_value, args.exc_traceback)

    def _on_exception(
        self, kind: type[BaseException], value: BaseException | None, trace: TracebackType | None
    ) -> None:
        text = "".join(traceback.format_exception(kind, value, trace))
        sys.stderr.write(text)
        if not issubclass(kind, (KeyboardInterrupt, SystemExit)):
            self.caught.emit(text)


def fault_notice(details: str) -> Notice:
    """Return the notice of a fault of our own."""
    return Notice(
        QCoreApplication.translate("Application", "Something went wrong in Paddock."),
        QCoreApplication.translate("Application", "Your chats are safe. The details help when you report it."),
        "error",
        details,
        topic="fault",
    )


def real_launcher(data_dir: Path) -> Launcher:
    """Return what starts the engine; it is imported in the starting thread."""

    def launch() -> Host:
        from app.engine.host import EngineHost

        # Whether other apps are served is a setting.
        return EngineHost(data_dir, serve=None)

    return launch


class Desk:
    """The parts of a running window, in the order in which they end."""

    def __init__(self, application: QApplication, data_dir: Path, launcher: Launcher) -> None:
        self.memory = QSettings(str(data_dir / "window.ini"), QSettings.Format.IniFormat)
        i18n.install(application, str(self.memory.value("language", "system")))
        theme().install(application, self.memory.value("theme", "system"))  # type: ignore[arg-type]
        self.client = EngineClient(launcher)
        self.client.setProperty("memory", self.memory)
        self.window = MainWindow(self.client, all_pages(), self.memory)
        self.client.preferences.changed.connect(self._on_preferences)
        self.faults = Faults()
        self.faults.caught.connect(
            lambda text: self.window.post(fault_notice(text)), Qt.ConnectionType.QueuedConnection
        )

    def open(self) -> None:
        """Show the window, then start the engine and build the first page."""
        self.window.show()
        QTimer.singleShot(0, self.window, self._after_first_paint)

    def close(self) -> None:
        """End the engine; blocks until it has ended."""
        self.window.hide()
        self.client.close()
        self.memory.sync()

    def _after_first_paint(self) -> None:
        self.window.show_page(str(self.memory.value("page", "chat")))
        if self.window.page() is None:
            self.window.show_page("chat")
        # After the first paint of the page: the imports of the engine would hold it up.
        QTimer.singleShot(0, self.window, lambda: QTimer.singleShot(0, self._start_engine))

    def _start_engine(self) -> None:
        gc.freeze()
        gc.enable()
        self.client.start()

    def _on_preferences(self) -> None:
        settings = self.client.preferences.settings
        self.memory.setValue("theme", settings.theme)
        self.memory.setValue("language", settings.language)
        theme().choose(settings.theme)


def run(argv: Sequence[str], data_dir: Path, launcher: Launcher | None = None) -> int:
    """Open the window and return the exit code when it is closed. `data_dir` must exist."""
    application = QApplication(list(argv))
    application.setApplicationName("Paddock")
    application.setDesktopFileName("paddock")
    desk = Desk(application, data_dir, launcher or real_launcher(data_dir))
    desk.faults.install()
    desk.open()
    QTimer.singleShot(0, desk.window, lambda: _end_on_signals(application, desk))
    code = application.exec()
    desk.close()
    return code


def _end_on_signals(application: QApplication, desk: Desk) -> None:
    from app.ui.signals import EndSignals  # late: the window shows first

    def end() -> None:
        desk.window.close()
        application.quit()

    EndSignals(end, desk.window)
