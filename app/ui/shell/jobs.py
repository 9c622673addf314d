"""What takes longer and runs beside the person's work: downloads, models being loaded, banks being read, as one list.

Must not start anything; it mirrors what the engine reports and offers to pause or cancel it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtWidgets import QProgressBar, QWidget

from app.engine.domain.memory import Bank, IngestProgress
from app.engine.domain.models import Download, ModelState
from app.ui.bridge.client import EngineClient
from app.ui.theme import tokens
from app.ui.widgets.basics import action, column, label, row, tool_button
from app.ui.widgets.elided import ElidedLabel
from app.ui.widgets.popover import Popover
from app.ui.widgets.visibility import show_when
from app.ui.widgets.words import duration_words, number_words, size_words

_ACTIVE = ("waiting", "running", "verifying", "paused")


@dataclass(frozen=True)
class Job:
    """One line of the popover. `fraction` None means no figure is known."""

    id: str
    title: str
    detail: str
    fraction: float | None
    cancel: Callable[[], object] | None = None
    pause: Callable[[], object] | None = None
    resume: Callable[[], object] | None = None
    running: bool = True


class Jobs(QObject):
    """The jobs that run now, by id."""

    changed = Signal()

    def __init__(self, client: EngineClient) -> None:
        super().__init__(client)
        self._client = client
        self._jobs: dict[str, Job] = {}
        client.models.download_changed.connect(self._on_download)
        client.models.state_changed.connect(self._on_model_state)
        client.memory.bank_changed.connect(self._on_bank)
        client.memory.banks_changed.connect(self._on_banks)

    @property
    def all(self) -> tuple[Job, ...]:
        """Oldest first."""
        return tuple(self._jobs.values())

    @property
    def running(self) -> int:
        """How many move on by themselves."""
        return sum(job.running for job in self._jobs.values())

    def _put(self, job_id: str, job: Job | None) -> None:
        if job is None and job_id not in self._jobs:
            return
        if job is None:
            del self._jobs[job_id]
        else:
            self._jobs[job_id] = job
        self.changed.emit()

    def _on_download(self, download: Download) -> None:
        job_id = f"download:{download.id}"
        if download.state not in _ACTIVE:
            self._put(job_id, None)
            return
        fraction = download.received_bytes / download.total_bytes if download.total_bytes else None
        self._put(
            job_id,
            Job(
                job_id,
                download.file,
                self._download_detail(download),
                fraction,
                lambda: self._client.models.cancel_download(download.id),
                running=download.state != "paused",
            ),
        )

    def _download_detail(self, download: Download) -> str:
        if download.state == "paused":
            return self.tr("paused")
        if download.state == "verifying":
            return self.tr("checking the file")
        parts = [f"{size_words(download.received_bytes)} / {size_words(download.total_bytes)}"]
        if download.speed:
            parts.append(f"{size_words(round(download.speed))}/s")
        if download.eta is not None:
            parts.append(self.tr("{time} left").format(time=duration_words(download.eta)))
        return " · ".join(parts)

    def _on_model_state(self, model_id: str, state: ModelState) -> None:
        job_id = f"load:{model_id}"
        if state.phase == "loading":
            self._put(job_id, Job(job_id, model_id, self.tr("loading into memory"), state.progress or None))
        else:
            self._put(job_id, None)

    def _on_banks(self) -> None:
        known = {f"bank:{bank.id}" for bank in self._client.memory.all_banks}
        for gone in [job_id for job_id in self._jobs if job_id.startswith("bank:") and job_id not in known]:
            if self._client.memory.last(gone.removeprefix("bank:")) is None:
                self._put(gone, None)
        for bank in self._client.memory.all_banks:
            self._on_bank(bank)

    def _on_bank(self, bank: Bank) -> None:
        job_id, memory = f"bank:{bank.id}", self._client.memory
        if (not bank.stats.working and not bank.reembedding) or bank.problem:
            self._put(job_id, None)
            return
        progress = bank.progress
        known = progress is not None and progress.total > 0
        fraction = progress.done / progress.total if progress is not None and known else None
        if bank.paused:
            detail = self.tr("paused")
        elif progress is not None and known:
            detail = self._bank_detail(progress)
        else:
            detail = self.tr("reading documents")
        self._put(
            job_id,
            Job(
                job_id,
                bank.name,
                detail,
                0.0 if bank.paused and fraction is None else fraction,
                None if bank.reembedding else lambda: memory.cancel_documents(bank.id),
                None if bank.paused else lambda: memory.pause(bank.id),
                (lambda: memory.resume(bank.id)) if bank.paused else None,
                running=not bank.paused,
            ),
        )

    def _bank_detail(self, progress: IngestProgress) -> str:
        both = self.tr("{done} of {total} passages")
        parts = [both.format(done=number_words(progress.done), total=number_words(progress.total))]
        if progress.eta is not None:
            parts.append(self.tr("{time} left").format(time=duration_words(progress.eta)))
        return " · ".join(parts)


class JobsPopover(Popover):
    """The jobs with their progress, above the status bar."""

    def __init__(self, jobs: Jobs, parent: QWidget) -> None:
        super().__init__(parent, QCoreApplication.translate("JobsPopover", "Jobs"))
        self._jobs = jobs
        self.setFixedWidth(360)
        self._rows: dict[str, JobRow] = {}
        self._nothing = label(self.tr("Nothing is running."), "secondary")
        self.box.addWidget(label(self.tr("Jobs"), "strong"))
        self.box.addWidget(self._nothing)
        jobs.changed.connect(self.rebuild)
        self.rebuild()

    def rebuild(self) -> None:
        """Show the jobs as they are now; the row of one that goes on is kept, with what is pressed in it."""
        shown = {job.id: job for job in self._jobs.all}
        before = self._rows.keys()
        changed = before != shown.keys()
        for gone in [job_id for job_id in before if job_id not in shown]:
            old = self._rows.pop(gone)
            self.box.removeWidget(old)
            old.hide()
            old.deleteLater()
        for job in shown.values():
            if job.id in self._rows:
                self._rows[job.id].show_job(job)
            else:
                self._rows[job.id] = JobRow(job)
                self.box.addWidget(self._rows[job.id])
        show_when(self._nothing, not shown)
        if changed:
            self.adjustSize()


class JobRow(QWidget):
    """One job: title, progress, figures, and the buttons that pause, resume and cancel it."""

    def __init__(self, job: Job) -> None:
        super().__init__()
        self._job = job
        self.title = ElidedLabel("")
        self.bar = QProgressBar(textVisible=False)
        self.detail = label("", "secondary")
        self._pause = action(self, self.tr("Pause"), lambda: _run(self._job.pause), icon_name="pause")
        self._resume = action(self, self.tr("Resume"), lambda: _run(self._job.resume), icon_name="play")
        self._cancel = action(self, self.tr("Cancel"), lambda: _run(self._job.cancel), icon_name="x")
        self._buttons = [tool_button(item) for item in (self._pause, self._resume, self._cancel)]
        top = row(spacing=tokens.SPACE_1)
        top.addWidget(self.title, 1)
        for shown in self._buttons:
            top.addWidget(shown)
        self.setLayout(column(top, self.bar, self.detail, spacing=tokens.SPACE_1, margins=(0, 4, 0, 4)))
        self.show_job(job)

    def show_job(self, job: Job) -> None:
        """Show the job as it is now."""
        self._job = job
        self.title.setText(job.title)
        self.detail.setText(job.detail)
        self.bar.setRange(0, 0 if job.fraction is None else 1000)
        self.bar.setValue(round((job.fraction or 0) * 1000))
        self.bar.setAccessibleName(f"{job.title}: {job.detail}")
        for shown, verb in zip(self._buttons, (job.pause, job.resume, job.cancel), strict=True):
            show_when(shown, verb is not None)


def _run(verb: Callable[[], object] | None) -> None:
    if verb is not None:
        verb()
