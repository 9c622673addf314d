"""What takes longer and runs beside the person's work: downloads and models being loaded, as one list.

Must not start anything; it mirrors what the engine reports and offers to pause or cancel it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtWidgets import QLabel, QProgressBar, QWidget

from app.engine.domain.models import Download, ModelState
from app.ui.bridge.client import EngineClient
from app.ui.theme import tokens
from app.ui.widgets.basics import action, column, label, row, tool_button
from app.ui.widgets.elided import ElidedLabel
from app.ui.widgets.popover import Popover
from app.ui.widgets.words import duration_words, size_words

_ACTIVE = ("waiting", "running", "verifying", "paused")


@dataclass(frozen=True)
class Job:
    """One line of the popover. `fraction` None means no figure is known."""

    id: str
    title: str
    detail: str
    fraction: float | None
    cancel: Callable[[], object] | None = None
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
                download.state != "paused",
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


class JobsPopover(Popover):
    """The jobs with their progress, above the status bar."""

    def __init__(self, jobs: Jobs, parent: QWidget) -> None:
        super().__init__(parent, QCoreApplication.translate("JobsPopover", "Jobs"))
        self._jobs = jobs
        self.setFixedWidth(360)
        jobs.changed.connect(self.rebuild)
        self.rebuild()

    def rebuild(self) -> None:
        """Show the jobs as they are now."""
        while (item := self.box.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.box.addWidget(label(self.tr("Jobs"), "strong"))
        for job in self._jobs.all:
            self.box.addWidget(self._row(job))
        if not self._jobs.all:
            empty: QLabel = label(self.tr("Nothing is running."), "secondary")
            self.box.addWidget(empty)
        self.adjustSize()

    def _row(self, job: Job) -> QWidget:
        holder = QWidget()
        bar = QProgressBar(textVisible=False)
        bar.setRange(0, 0 if job.fraction is None else 1000)
        bar.setValue(round((job.fraction or 0) * 1000))
        bar.setAccessibleName(f"{job.title}: {job.detail}")
        top = row(ElidedLabel(job.title), None, spacing=tokens.SPACE_2)
        if job.cancel is not None:
            top.addWidget(tool_button(action(holder, self.tr("Cancel"), job.cancel, icon_name="x")))
        holder.setLayout(column(top, bar, label(job.detail, "secondary"), spacing=tokens.SPACE_1, margins=(0, 4, 0, 4)))
        return holder
