"""Speed and time left of something that counts bytes. Pure: the caller brings the clock."""

from __future__ import annotations

# Seconds over which the speed is smoothed: slow enough to read, quick enough to notice a change.
WINDOW = 3.0


class Speedometer:
    """Smooths bytes per second. `start` bytes were there before, `total` 0 is unknown."""

    def __init__(self, start: int, total: int) -> None:
        self._done = start
        self._total = total
        self._time: float | None = None
        self.speed = 0.0

    def update(self, done: int, now: float) -> None:
        """Take the count at a time in seconds; the clock must not run backwards."""
        if self._time is None or now <= self._time:
            if self._time is None:
                self._time, self._done = now, done
            return
        elapsed = now - self._time
        rate = (done - self._done) / elapsed
        share = 1.0 if self.speed == 0.0 else elapsed / (elapsed + WINDOW)
        self.speed += share * (rate - self.speed)
        self._time, self._done = now, done

    @property
    def eta(self) -> float | None:
        """Seconds left, or None while they cannot be told."""
        if self.speed <= 0 or self._total <= 0:
            return None
        return max(0.0, (self._total - self._done) / self.speed)
