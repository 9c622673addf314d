"""Files that go with the next message: read at once, told in words, kept per chat, taken out again."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QToolButton, QWidget
from pytestqt.qtbot import QtBot

from app.ui.bridge.client import EngineClient
from app.ui.chat.attachment_tray import AttachmentTray
from tests.fakes.engine import FakeEngine, FakeHost


@pytest.fixture
def tray(qtbot: QtBot, client: EngineClient) -> AttachmentTray:
    holder = QWidget()
    qtbot.addWidget(holder)
    made = AttachmentTray(client)
    made.window_of_test = holder  # type: ignore[attr-defined]
    made.setParent(holder)
    holder.show()
    made.show_session("one")
    return made


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "report.txt"
    path.write_text("one\n\ntwo", encoding="utf-8")
    return path


def only(tray: AttachmentTray) -> str:
    """Return the words of the only chip."""
    (chip,) = tray.chips.values()
    return chip.state.text()


def test_a_file_is_read_and_can_be_sent_when_it_is_ready(
    qtbot: QtBot, tray: AttachmentTray, host: FakeHost, file: Path
) -> None:
    host.engine.memory.hold()
    tray.attach("one", [file])
    assert tray.waiting() == "Adding files …"
    qtbot.waitUntil(lambda: bool(tray.chips) and "embedding" in only(tray))
    assert tray.waiting() == "report.txt is still being read …" and not tray.isHidden()
    host.loop.call_soon_threadsafe(host.engine.memory.released.set)
    qtbot.waitUntil(lambda: tray.waiting() == "")
    assert only(tray) == ""
    (taken,) = tray.take()
    assert taken.name == "report.txt" and tray.chips == {} and tray.isHidden()
    tray.put_back((taken,))
    assert list(tray.chips) == [taken.document_id]


def test_what_fails_says_why_and_stays(qtbot: QtBot, tray: AttachmentTray, fake_engine: FakeEngine, file: Path) -> None:
    fake_engine.memory.failures["report.txt"] = "it is encrypted"
    tray.attach("one", [file])
    qtbot.waitUntil(lambda: bool(tray.chips) and only(tray) == "failed: it is encrypted")
    assert tray.waiting() == "" and tray.take() == () and len(tray.chips) == 1


def test_each_chat_has_its_own_files(qtbot: QtBot, tray: AttachmentTray, file: Path) -> None:
    tray.attach("one", [file])
    qtbot.waitUntil(lambda: len(tray.chips) == 1)
    tray.show_session("two")
    assert tray.chips == {} and tray.isHidden()
    tray.show_session("one")
    assert len(tray.chips) == 1


def test_removing_a_chip_takes_the_file_out_of_the_chat(
    qtbot: QtBot, tray: AttachmentTray, fake_engine: FakeEngine, file: Path
) -> None:
    tray.attach("one", [file])
    qtbot.waitUntil(lambda: len(tray.chips) == 1)
    next(iter(tray.chips.values())).findChild(QToolButton).click()
    assert tray.chips == {}
    qtbot.waitUntil(lambda: fake_engine.memory.kept == {})


def test_what_cannot_be_taken_is_told(qtbot: QtBot, tray: AttachmentTray, tmp_path: Path) -> None:
    with qtbot.waitSignal(tray.notify) as told:
        tray.attach("one", [tmp_path / "program.exe"])
    assert "holds no text" in told.args[0].hint and tray.chips == {} and tray.waiting() == ""


def test_the_same_file_again_is_the_same_chip(qtbot: QtBot, tray: AttachmentTray, file: Path) -> None:
    for _ in range(2):
        tray.attach("one", [file])
        qtbot.waitUntil(lambda: tray._adding == 0)
    assert len(tray.chips) == 1
