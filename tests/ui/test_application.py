"""The whole window: it shows before anything heavy is imported, starts, tells faults calmly, and ends clean."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.engine.domain.errors import DataDirectoryInUse
from app.ui.application import Desk, fault_notice
from app.ui.theme.theme import theme
from tests.fakes.engine import FakeEngine, FakeHost

HEAVY = (
    "fastapi",
    "uvicorn",
    "llama_cpp",
    "numpy",
    "huggingface_hub",
    "httpx",
    "sqlite_utils",
    "sqlite3",
    "markdown_it",
    "pygments",
)

PROBE = """
import json, sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from app.ui.application import Desk
application = QApplication([])
desk = Desk(application, Path(sys.argv[1]), lambda: None)
desk.window.show()
own = {name for name in sys.modules if name.startswith("app.")}
print(json.dumps(sorted(own | {name.split(".")[0] for name in sys.modules})))
"""


def test_the_window_shows_before_anything_heavy_is_imported(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", PROBE, str(tmp_path)], capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    assert not loaded & set(HEAVY)
    assert "app.engine.host" not in loaded and "app.ui.chat.page" not in loaded


def test_the_window_opens_answers_and_ends_clean(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    engine = FakeEngine()
    desk = Desk(qapp, tmp_path, lambda: FakeHost(engine))
    qtbot.addWidget(desk.window)
    with qtbot.waitSignal(desk.client.started):
        desk.open()
    page = desk.window.page()
    assert page is not None
    desk.client.preferences.set({"theme": "dark"})
    qtbot.waitUntil(lambda: theme().is_dark)
    desk.window.close()
    desk.close()
    theme().choose("light")
    assert not [t for t in threading.enumerate() if t.name == "fake-engine"]
    kept = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    assert kept.value("theme") == "dark"


def test_a_second_window_on_the_same_data_says_so(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    failure = DataDirectoryInUse("Another Paddock is open on this data.", hint="Use that window.")
    desk = Desk(qapp, tmp_path, lambda: FakeHost(failure=failure))
    qtbot.addWidget(desk.window)
    with qtbot.waitSignal(desk.client.start_failed):
        desk.open()
    (card,) = desk.window.notifications.cards
    assert card.notice.message == "Another Paddock is open on this data."
    assert card.notice.actions[0][0] == "Try again"
    desk.close()


def test_a_fault_is_told_calmly_with_details(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    desk = Desk(qapp, tmp_path, lambda: FakeHost())
    qtbot.addWidget(desk.window)
    desk.faults.caught.emit("Traceback: x")
    qtbot.waitUntil(lambda: bool(desk.window.notifications.cards))
    notice = desk.window.notifications.cards[0].notice
    assert notice == fault_notice("Traceback: x")
    assert "Traceback" not in notice.message and notice.details == "Traceback: x"
    desk.close()
