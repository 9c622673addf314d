"""Joins what is faster than the eye: the first value at once, then at most one a frame, the last or merged value.

A target that is slow is called less often, so that it never takes more than a part of the GUI thread.
Must not lose the last value: `flush` hands it over when a stream ends.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, QTimer

from app.ui.theme.tokens import FRAME_MS

T = TypeVar("T")

_REST_PER_COST = 3


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
        self._least = milliseconds
        self._waiting: list[T] = []
        self._timer = QTimer(self, singleShot=True, interval=milliseconds)
        self._timer.timeout.connect(self._on_timeout)

    def put(self, value: T) -> None:
        """Hand over at once when quiet, else keep for the next frame."""
        if not self._timer.isActive():
            self._timer.start()
            self._hand_over(value)
        else:
            self._waiting = [self._merge(self._waiting[0], value)] if self._waiting else [value]

    def flush(self) -> None:
        """Hand over what is kept."""
        if self._waiting:
            self._hand_over(self._waiting.pop())

    def discard(self) -> None:
        """Forget what is kept."""
        self._timer.stop()
        self._waiting.clear()

    def _hand_over(self, value: T) -> None:
        begun = time.monotonic()
        self._target(value)
        cost = (time.monotonic() - begun) * 1000
        self._timer.setInterval(max(self._least, round(cost * _REST_PER_COST)))

    def _on_timeout(self) -> None:
        if self._waiting:
            self._timer.start()
            self.flush()
