"""What is arriving is listed while it arrives."""

from __future__ import annotations

import msgspec
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.engine.domain.models import Download
from app.ui.bridge.client import EngineClient
from app.ui.models.download_control import DownloadControl
from app.ui.models.library_model import LibraryModel
from app.ui.models.transfers import Transfers
from tests.fakes.engine import FakeEngine, FakeHost

RUNNING = Download(id="d1", repo="owner/repo", file="folder/a.gguf", state="running", total_bytes=100)
COPY = Download(id="import-1", repo="", file="b.gguf", state="running", total_bytes=100)


def test_rows_come_and_go(qtbot: QtBot, client: EngineClient, fake_engine: FakeEngine, host: FakeHost) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    made = Transfers(client, LibraryModel(client))
    QVBoxLayout(holder).addWidget(made)
    assert made.isHidden()

    def publish(download: Download) -> None:
        host.loop.call_soon_threadsafe(fake_engine.models.publish_download, download)

    publish(RUNNING)
    publish(COPY)
    qtbot.waitUntil(lambda: made.count == 2)
    assert not made.isHidden()
    publish(msgspec.structs.replace(RUNNING, state="failed", reason="The network went away."))
    publish(msgspec.structs.replace(COPY, state="failed", reason="Not a model."))
    qtbot.waitUntil(lambda: made.count == 1)
    publish(msgspec.structs.replace(RUNNING, state="failed", code="access_denied", reason="Refused."))
    control = made.findChild(DownloadControl)
    assert control is not None
    qtbot.waitUntil(lambda: not control.token_button.isHidden())
    assert control.words.text() == "Refused."
    with qtbot.waitSignal(made.token_wanted):
        control.token_button.click()
    publish(msgspec.structs.replace(RUNNING, state="completed"))
    qtbot.waitUntil(lambda: made.isHidden())
