"""Shows the import of a file like a download without a repository. Must not touch the file."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable

import msgspec

from app.engine.domain.errors import PaddockError
from app.engine.domain.events import DownloadChanged, EngineEvent
from app.engine.domain.models import Download
from app.engine.inference.speed import Speedometer

SHOWN_EVERY = 0.2


class ImportProgress:
    """One import. `step` may be called from a worker thread; everything else belongs to the loop."""

    def __init__(self, file: str, publish: Callable[[EngineEvent], None]) -> None:
        self.id = f"import-{uuid.uuid4().hex[:12]}"
        self.download = Download(id=self.id, repo="", file=file, state="running")
        self._publish = publish
        self._loop = asyncio.get_running_loop()
        self._speed = Speedometer(0, 0)
        self._shown = 0.0

    def step(self, done: int, total: int) -> None:
        """Take the bytes done so far, at any rate and in any thread."""
        now = time.monotonic()
        if now - self._shown >= SHOWN_EVERY or done == total:
            self._shown = now
            self._loop.call_soon_threadsafe(self._show_step, done, total, now)

    def complete(self, model_id: str) -> None:
        """Show that the model is in the library."""
        self._show(state="completed", model_id=model_id, speed=0.0, eta=None)

    def fail(self, error: BaseException) -> None:
        """Show why there is no model."""
        if isinstance(error, PaddockError):
            self._show(state="failed", reason=error.message, hint=error.hint, code=error.code, speed=0.0, eta=None)
        else:
            self._show(state="cancelled", speed=0.0, eta=None)

    def _show_step(self, done: int, total: int, now: float) -> None:
        if self.download.state != "running":
            return
        self._speed.update(done, now)
        eta = (total - done) / self._speed.speed if self._speed.speed > 0 else None
        self._show(received_bytes=done, total_bytes=total, speed=self._speed.speed, eta=eta)

    def _show(self, **changes: object) -> None:
        self.download = msgspec.structs.replace(self.download, **changes)
        self._publish(DownloadChanged(self.download))
