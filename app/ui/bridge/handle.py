"""A running call of the engine as the window sees it: signals on the GUI thread, and cancel.

A handle emits `partial` any number of times and then exactly one of `done`, `failed`, `cancelled`. Nothing
follows a `cancel()`. It must not outlive the client that made it, but it may outlive the page that asked.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

import shiboken6
from PySide6.QtCore import QMetaMethod, QObject, Signal

from app.engine.domain.errors import PaddockError

if TYPE_CHECKING:
    from app.ui.bridge.client import EngineClient

Slot = Callable[..., Any]


class Handle(QObject):
    """One call. `done` carries the result (None for a stream), `failed` a PaddockError."""

    partial = Signal(object)
    done = Signal(object)
    failed = Signal(object)
    cancelled = Signal()

    def __init__(self, client: EngineClient) -> None:
        super().__init__(client)
        self._client = client
        self._future: Future[Any] | None = None
        self.finished = False

    def on(
        self,
        owner: QObject,
        *,
        done: Slot | None = None,
        failed: Slot | None = None,
        partial: Slot | None = None,
        cancelled: Slot | None = None,
    ) -> Handle:
        """Connect slots that are skipped once `owner` is deleted; a failure without a slot is shown by the shell."""
        for signal, slot in ((self.done, done), (self.failed, failed), (self.partial, partial)):
            if slot is not None:
                signal.connect(_guarded(owner, slot))
        if cancelled is not None:
            self.cancelled.connect(_guarded(owner, cancelled))
        return self

    def cancel(self) -> None:
        """Stop the call; emits `cancelled` at once and nothing afterwards."""
        if self.finished:
            return
        self.finished = True
        if self._future is not None:
            self._future.cancel()
        self.cancelled.emit()
        self._client.release(self)

    # The client calls what follows, always on the GUI thread.

    def attach(self, future: Future[Any]) -> None:
        """Remember what `cancel` has to stop."""
        self._future = future

    def deliver_partial(self, value: object) -> None:
        """Hand on one item of a stream."""
        if not self.finished:
            self.partial.emit(value)

    def deliver_done(self, value: object) -> None:
        """End well."""
        if not self.finished:
            self.finished = True
            self.done.emit(value)
            self._client.release(self)

    def deliver_failed(self, error: PaddockError) -> None:
        """End badly; a failure nobody listens to is reported by the client."""
        if self.finished:
            return
        self.finished = True
        if self.isSignalConnected(QMetaMethod.fromSignal(self.failed)):
            self.failed.emit(error)
        else:
            self._client.unhandled.emit(error)
        self._client.release(self)


def _guarded(owner: QObject, slot: Slot) -> Slot:
    def call(*arguments: object) -> None:
        if shiboken6.isValid(owner):
            slot(*arguments)

    return call
