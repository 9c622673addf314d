"""Jobs appear while something moves, say how far it is, and go when it ends."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QLabel, QProgressBar, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from app.engine.domain.memory import Bank, BankStats, IngestProgress
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


def bank(**fields: Any) -> Bank:
    told: dict[str, Any] = {"id": "vs_1", "name": "Manuals", "stats": BankStats(documents=3, working=2)}
    return Bank(**(told | fields))


def test_reading_a_bank_is_a_job_with_figures(client: EngineClient, jobs: Jobs) -> None:
    client.memory.bank_changed.emit(bank())
    assert jobs.all[0].fraction is None and jobs.all[0].detail == "reading documents"
    client.memory.bank_changed.emit(bank(progress=IngestProgress(done=1, total=4, eta=84)))
    (job,) = jobs.all
    assert (job.title, job.fraction, job.detail) == ("Manuals", 0.25, "1 of 4 passages · 1 min 24 s left")
    client.memory.bank_changed.emit(bank(paused=True))
    assert jobs.all[0].detail == "paused" and jobs.running == 0 and jobs.all[0].resume is not None
    client.memory.bank_changed.emit(bank(stats=BankStats(documents=3, ready=3)))
    assert jobs.all == ()


def test_reading_is_paused_and_cancelled_from_the_popover(
    qtbot: QtBot, client: EngineClient, jobs: Jobs, fake_engine: FakeEngine
) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    popover = JobsPopover(jobs, parent)
    made = fake_engine.memory.add_bank("Manuals")
    fake_engine.memory.hold()
    client.memory.add_text(made.id, "note", "words")
    qtbot.waitUntil(lambda: len(popover._rows) == 1)
    (row,) = popover._rows.values()

    def press(name: str) -> None:
        next(b for b in row.findChildren(QToolButton) if b.accessibleName() == name).click()

    press("Pause")
    qtbot.waitUntil(lambda: fake_engine.memory.all[made.id].paused)
    qtbot.waitUntil(lambda: jobs.running == 0)
    assert popover._rows[f"bank:{made.id}"] is row
    press("Resume")
    qtbot.waitUntil(lambda: jobs.running == 1)
    press("Cancel")
    qtbot.waitUntil(lambda: jobs.all == ())


def test_a_bank_that_is_deleted_is_no_job(
    qtbot: QtBot, client: EngineClient, jobs: Jobs, fake_engine: FakeEngine
) -> None:
    made = fake_engine.memory.add_bank("Manuals")
    fake_engine.memory.hold()
    client.memory.add_text(made.id, "note", "words")
    qtbot.waitUntil(lambda: len(jobs.all) == 1)
    client.memory.delete_bank(made.id)
    qtbot.waitUntil(lambda: jobs.all == ())
