"""One file of the hub: download, pause, resume, cancel, use, and why it failed."""

from __future__ import annotations

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from app.engine.domain.models import Download
from app.ui.bridge.client import EngineClient
from app.ui.models.download_control import DownloadControl, hub_control
from app.ui.models.library_model import LibraryModel
from tests.fakes.engine import FakeEngine, FakeHost
from tests.fakes.models import GB, LLAMA

REPO, FILE = "owner/repo", "model-Q4_K_M.gguf"
RUNNING = Download(
    id=f"{REPO}/{FILE}", repo=REPO, file=FILE, state="running", received_bytes=GB // 4, total_bytes=GB, speed=1e6
)


@pytest.fixture
def library(qtbot: QtBot, client: EngineClient) -> LibraryModel:
    made = LibraryModel(client)
    qtbot.waitUntil(lambda: made.known)
    return made


@pytest.fixture
def control(qtbot: QtBot, client: EngineClient, library: LibraryModel) -> DownloadControl:
    made = hub_control(client, library, REPO, FILE)
    qtbot.addWidget(made)
    made.show()
    return made


def publish(host: FakeHost, engine: FakeEngine, download: Download) -> None:
    host.loop.call_soon_threadsafe(engine.models.publish_download, download)


def test_download_pause_resume_cancel(qtbot: QtBot, control: DownloadControl, fake_engine: FakeEngine) -> None:
    control.start_button.click()
    qtbot.waitUntil(lambda: control.bar.isVisible())
    assert "8.2 MB/s" in control.words.text()
    assert "1 min 24 s left" in control.words.text()
    control.pause_action.trigger()
    qtbot.waitUntil(lambda: control.resume_button.isVisible())
    assert control.words.text().startswith("paused at")
    control.resume_action.trigger()
    qtbot.waitUntil(lambda: control.pause_button.isVisible())
    control.cancel_action.trigger()
    qtbot.waitUntil(lambda: control.start_button.isVisible())
    assert fake_engine.models.running_downloads == {}


def test_a_download_that_runs_already_is_shown(
    qtbot: QtBot, client: EngineClient, library: LibraryModel, fake_engine: FakeEngine, host: FakeHost
) -> None:
    with qtbot.waitSignal(client.models.download_changed):
        publish(host, fake_engine, RUNNING)
    made = hub_control(client, library, REPO, FILE)
    qtbot.addWidget(made)
    made.show()
    assert made.bar.isVisible()
    assert made.bar.value() == 250


def test_what_has_arrived_can_be_used(
    qtbot: QtBot, control: DownloadControl, fake_engine: FakeEngine, host: FakeHost
) -> None:
    publish(host, fake_engine, msgspec.structs.replace(RUNNING, state="completed", model_id=LLAMA.id))
    qtbot.waitUntil(control.use_button.isVisible)
    with qtbot.waitSignal(control.use_wanted) as wish:
        control.use_button.click()
    assert wish.args == [LLAMA.id]
    host.call(fake_engine.models.remove(LLAMA.id))
    qtbot.waitUntil(control.start_button.isVisible)


def test_a_gated_model_says_why_and_takes_a_token(
    qtbot: QtBot, control: DownloadControl, fake_engine: FakeEngine, host: FakeHost
) -> None:
    refused = msgspec.structs.replace(
        RUNNING,
        state="failed",
        code="access_denied",
        reason="The hub refuses access (403).",
        hint="Accept the licence.",
    )
    publish(host, fake_engine, refused)
    qtbot.waitUntil(control.token.isVisible)
    assert control.error.text() == "The hub refuses access (403). Accept the licence."
    control.token.field.setText("hf_x")
    control.token.keep.click()
    qtbot.waitUntil(control.bar.isVisible)
    assert fake_engine.models.hub_token == "hf_x"


def test_another_failure_asks_for_no_token(
    qtbot: QtBot, control: DownloadControl, fake_engine: FakeEngine, host: FakeHost
) -> None:
    publish(host, fake_engine, msgspec.structs.replace(RUNNING, state="failed", code="disk_full", reason="No room."))
    qtbot.waitUntil(lambda: control.error.text() == "No room.")
    assert not control.token.isVisible()
    assert control.start_button.text() == "Try again"
