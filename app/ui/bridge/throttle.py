"""Joins what is faster than the eye: the first value at once, then at most one a frame, the last or merged value.

Must not lose the last value: `flush` hands it over when a stream ends.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, QTimer

from app.ui.theme.tokens import FRAME_MS

T = TypeVar("T")


class Throttle(QObject, Generic[T]):
    """Calls `target` with values put in, merged by `merge(old, new)` while a frame is waited for."""

    def __init__(
        self,
        target: Callable[[T], None],
        parent: QObject,
        *,
        merge: Callable[[T, T], T] | None = None,
        milliseconds: int = FRAME_MS,
    ) -> None:
        super().__init__(parent)
        self._target = target
        self._merge = merge or (lambda _old, new: new)
        self._waiting: list[T] = []
        self._timer = QTimer(self, singleShot=True, interval=milliseconds)
        self._timer.timeout.connect(self._on_timeout)

    def put(self, value: T) -> None:
        """Hand over at once when quiet, else keep for the next frame."""
        if not self._timer.isActive():
            self._timer.start()
            self._target(value)
        else:
            self._waiting = [self._merge(self._waiting[0], value)] if self._waiting else [value]

    def flush(self) -> None:
        """Hand over what is kept."""
        if self._waiting:
            value = self._waiting.pop()
            self._target(value)

    def discard(self) -> None:
        """Forget what is kept."""
        self._timer.stop()
        self._waiting.clear()

    def _on_timeout(self) -> None:
        if self._waiting:
            self._timer.start()
            self.flush()
