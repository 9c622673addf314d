"""Jobs appear while something moves, say how far it is, and go when it ends."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QLabel, QProgressBar, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from app.engine.domain.models import Download, ModelState
from app.ui.bridge.client import EngineClient
from app.ui.shell.jobs import Jobs, JobsPopover
from tests.fakes.engine import FakeEngine


@pytest.fixture
def jobs(client: EngineClient) -> Jobs:
    return Jobs(client)


def tell(client: EngineClient, **fields: Any) -> None:
    told: dict[str, Any] = {"id": "d", "repo": "repo", "file": "file.gguf", "state": "running"}
    client.models.download_changed.emit(Download(**(told | fields)))


def test_a_download_is_one_job_that_moves(client: EngineClient, jobs: Jobs) -> None:
    tell(client, state="waiting")
    assert jobs.all[0].fraction is None
    tell(client, received_bytes=250_000_000, total_bytes=1_000_000_000, speed=8e6, eta=84.0)
    (job,) = jobs.all
    assert (job.title, job.fraction, jobs.running) == ("file.gguf", 0.25, 1)
    assert job.detail == "250.0 MB / 1.0 GB · 8.0 MB/s · 1 min 24 s left"


@pytest.mark.parametrize(("state", "words"), [("paused", "paused"), ("verifying", "checking the file")])
def test_what_does_not_move_says_why(client: EngineClient, jobs: Jobs, state: str, words: str) -> None:
    tell(client, state=state, received_bytes=1, total_bytes=2)
    assert jobs.all[0].detail == words
    assert jobs.running == (state != "paused")


@pytest.mark.parametrize("state", ["completed", "failed", "cancelled"])
def test_an_ended_download_is_no_job(qtbot: QtBot, client: EngineClient, jobs: Jobs, state: str) -> None:
    tell(client)
    with qtbot.waitSignal(jobs.changed):
        tell(client, state=state)
    assert jobs.all == ()
    with qtbot.assertNotEmitted(jobs.changed):
        tell(client, state=state)


def test_loading_a_model_is_a_job_until_it_is_ready(client: EngineClient, jobs: Jobs) -> None:
    client.models.state_changed.emit("tiny", ModelState(phase="loading", progress=0.4))
    (job,) = jobs.all
    assert (job.title, job.fraction, job.cancel) == ("tiny", 0.4, None)
    client.models.state_changed.emit("tiny", ModelState(phase="ready"))
    assert jobs.all == ()


def test_the_popover_follows_and_cancels(
    qtbot: QtBot, client: EngineClient, jobs: Jobs, fake_engine: FakeEngine
) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    popover = JobsPopover(jobs, parent)
    assert "Nothing is running." in [shown.text() for shown in popover.findChildren(QLabel)]
    client.models.download("repo", "file.gguf")
    qtbot.waitUntil(lambda: popover.findChild(QProgressBar) is not None)
    assert popover.findChild(QProgressBar).value() == 333
    next(b for b in popover.findChildren(QToolButton) if b.accessibleName() == "Cancel").click()
    qtbot.waitUntil(lambda: jobs.all == ())
    assert fake_engine.models.running_downloads == {}
