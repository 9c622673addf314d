"""Chooses how many threads decode, by what each count was measured to give. Pure: the caller brings the times.

Two threads that wait for each other collapse when another program wants the cores, one does not; on a quiet
machine more threads win. Nobody can know beforehand, so the choice follows the clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field

# A choice is tried again after this many steps, so that a machine that became quiet (or busy) is noticed.
PROBE_EVERY = 192
PROBE_STEPS = 2
# A step this much slower than usual is a reason to look at the alternatives at once.
SUDDEN = 1.6
# An alternative must win by this much, or noise would make the choice flutter.
BETTER_BY = 0.95


def thread_choices(cores: int) -> tuple[int, ...]:
    """Return the thread counts worth trying on a machine with this many cores, largest first."""
    return tuple(sorted({1, max(1, cores // 2), max(1, cores - 1), cores}, reverse=True))


def bucket_of(rows: int) -> int:
    """Group batches by size: what suits one token differs from what suits a prompt."""
    return 0 if rows == 1 else 1 if rows <= 16 else 2


@dataclass(slots=True)
class _Bucket:
    choice: int
    seconds: dict[int, float] = field(default_factory=dict)
    since_probe: int = 0
    probing: list[int] = field(default_factory=list)
    slow: int = 0


class ThreadTuner:
    """Picks the thread count for each decode. `fixed` turns the search off."""

    def __init__(self, cores: int, fixed: int | None = None) -> None:
        self._choices = (fixed,) if fixed else thread_choices(cores)
        self._buckets: dict[int, _Bucket] = {}

    def choose(self, rows: int) -> int:
        """Return the threads for a batch of `rows` tokens."""
        bucket = self._bucket(rows)
        return bucket.probing[-1] if bucket.probing else bucket.choice

    def record(self, rows: int, threads: int, seconds: float) -> None:
        """Learn what a batch took; prompts count per token."""
        bucket = self._bucket(rows)
        cost = seconds if rows <= 16 else seconds / rows
        known = bucket.seconds.get(threads)
        bucket.seconds[threads] = cost if known is None else min(cost, known * 1.5) * 0.2 + known * 0.8
        if bucket.probing:
            self._end_probe(bucket, threads, cost)
            return
        bucket.since_probe += 1
        bucket.slow = bucket.slow + 1 if known is not None and cost > known * SUDDEN else 0
        if len(self._choices) > 1 and (bucket.since_probe >= PROBE_EVERY or bucket.slow >= 3):
            self._begin_probe(bucket)

    def _bucket(self, rows: int) -> _Bucket:
        key = bucket_of(rows)
        if key not in self._buckets:
            self._buckets[key] = _Bucket(self._choices[0])
            self._begin_probe(self._buckets[key])
        return self._buckets[key]

    def _begin_probe(self, bucket: _Bucket) -> None:
        if len(self._choices) == 1:
            return
        bucket.since_probe = bucket.slow = 0
        bucket.probing = [choice for choice in self._choices for _ in range(PROBE_STEPS)]

    def _end_probe(self, bucket: _Bucket, threads: int, cost: float) -> None:
        first = len(bucket.probing) % PROBE_STEPS == 0
        bucket.probing.pop()
        # The first step after a change pays for waking threads; the best of both says what the count can do.
        bucket.seconds[threads] = cost if first else min(cost, bucket.seconds[threads])
        if not bucket.probing:
            best = min(self._choices, key=lambda choice: bucket.seconds.get(choice, float("inf")))
            if bucket.seconds[best] < bucket.seconds.get(bucket.choice, float("inf")) * BETTER_BY:
                bucket.choice = best
