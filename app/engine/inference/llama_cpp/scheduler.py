"""Continuous batching over llama.cpp sequences. Pure logic: no ctypes, no clock, no I/O.

Each call of `plan` says what the next `llama_decode` holds: one token of every running request, and chunks of the
prompts that still wait to be computed. Prompts start from the longest prefix in the cache. The caller carries the
plan out, then reports it with `commit`, and tells which token each request goes on with (`advance`) or that it
ended (`finish`). Must not know what tokens mean.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from app.engine.domain.errors import Busy, PromptTooLong
from app.engine.inference.llama_cpp.prefix_cache import Match, PrefixCache, common_length

# Below this many tokens, computing a shared prefix twice is cheaper than waiting for the other request.
SHARE_WORTH_WAITING = 32
# Cells kept free for each admitted prompt, so that it is not preempted within its first words.
GROWTH_MARGIN = 32
# Every cell in use slows every decode down, whoever holds it: on a CPU, 8,192 used cells cost eight streams a third of
# their speed. Prefixes that nobody is known to come back to may therefore fill only this share of the cells.
UNPROVEN_SHARE = 1 / 16
# With this many requests running, every step pays for such cells many times over: then none are kept.
CROWD = 4


@dataclass(frozen=True, slots=True)
class Limits:
    """What one context can take: `cells` tokens in all, `sequences` known at once, `parallel` of them running.

    `batch_tokens` rows fit one decode; while others are answering, a prompt gets at most `chunk_tokens` of them.
    """

    cells: int
    sequences: int
    parallel: int
    batch_tokens: int = 512
    chunk_tokens: int = 128
    queue: int = 128


@dataclass(frozen=True, slots=True)
class CopyCells:
    """Let `target` share the first `length` cells of `source`."""

    source: int
    target: int
    length: int


@dataclass(frozen=True, slots=True)
class RemoveCells:
    """Drop everything a sequence holds."""

    sequence: int


@dataclass(frozen=True, slots=True)
class Row:
    """One token of the batch. `request_id` is set where the logits are wanted."""

    token: int
    position: int
    sequence: int
    request_id: str | None = None


@dataclass(slots=True)
class Plan:
    """The next decode: cell operations first, in order, then the rows."""

    operations: list[CopyCells | RemoveCells] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    computed: dict[int, list[int]] = field(default_factory=dict)
    admitted: list[tuple[str, int]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.operations or self.rows)


@dataclass(slots=True)
class _Request:
    id: str
    tokens: list[int]
    priority: int
    arrival: int
    sequence: int = -1
    computed: int = 0
    cached: int = 0
    keep: bool = False

    @property
    def left(self) -> int:
        return len(self.tokens) - self.computed

    @property
    def order(self) -> tuple[int, int]:
        return (self.priority, self.arrival)


class Scheduler:
    """Admits, batches, preempts and ends requests. Owned by the decode thread."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.cache = PrefixCache()
        self._waiting: list[_Request] = []
        self._running: dict[str, _Request] = {}
        self._free = list(reversed(range(limits.sequences)))
        self._arrivals = 0
        self._unproven: dict[int, int] = {}
        self._dropped: list[int] = []
        self._pressed = False

    @property
    def busy(self) -> bool:
        """True while any request waits or runs."""
        return bool(self._waiting or self._running)

    @property
    def waiting(self) -> int:
        """Requests that have not started."""
        return len(self._waiting)

    @property
    def running(self) -> int:
        """Requests that hold cells."""
        return len(self._running)

    def submit(self, request_id: str, tokens: list[int], priority: int = 0, *, keep: bool = False) -> None:
        """Queue a prompt; raises PromptTooLong or Busy.

        `keep` says that the conversation is likely to go on, so that its cells are kept while there is room.
        """
        if len(tokens) >= self.limits.cells:
            raise PromptTooLong(len(tokens), self.limits.cells)
        if len(self._waiting) >= self.limits.queue:
            raise Busy(f"{len(self._waiting)} requests already wait for this model.")
        self._arrivals += 1
        self._waiting.append(_Request(request_id, list(tokens), priority, self._arrivals, keep=keep))
        self._waiting.sort(key=lambda request: request.order)

    def plan(self) -> Plan:
        """Return the next decode; an empty plan means there is nothing to do."""
        plan = Plan()
        self._flush(plan)
        self._admit(plan)
        self._make_way_for_crowd()
        budget = self._plan_answers(plan)
        self._plan_prompts(plan, budget)
        return plan

    def commit(self, plan: Plan) -> None:
        """Record that the plan's rows were decoded."""
        self._pressed = False
        for sequence, tokens in plan.computed.items():
            self.cache.extend(sequence, tokens)
        by_sequence = {request.sequence: request for request in self._running.values()}
        for sequence, tokens in plan.computed.items():
            by_sequence[sequence].computed += len(tokens)

    def advance(self, request_id: str, token: int) -> bool:
        """Go on with this token. Returns False when the context is full, so that the request must end."""
        request = self._running[request_id]
        request.tokens.append(token)
        return len(request.tokens) < self.limits.cells

    def finish(self, request_id: str) -> None:
        """End a request, running or waiting; its cells stay as a cached prefix until they are needed."""
        request = self._running.pop(request_id, None)
        if request is None:
            self._waiting = [waiting for waiting in self._waiting if waiting.id != request_id]
            return
        if self.cache.park(request.sequence):
            self._release(request.sequence)
        elif not request.keep and request.cached * 2 < len(request.tokens):
            self._unproven[request.sequence] = self.cache.length(request.sequence)
            self._trim_unproven()

    def _trim_unproven(self) -> None:
        """Release the oldest prefixes that nobody came back to, but for the latest."""
        allowed = self.limits.cells * UNPROVEN_SHARE
        while len(self._unproven) > 1 and sum(self._unproven.values()) > allowed:
            self._release(next(iter(self._unproven)))

    def _make_way_for_crowd(self) -> None:
        if len(self._running) >= CROWD:
            for sequence in tuple(self._unproven):
                self._release(sequence)

    def known(self, request_id: str) -> bool:
        """Tell whether a request waits or runs."""
        return request_id in self._running or any(request.id == request_id for request in self._waiting)

    def drop_idle(self) -> bool:
        """Give up all cached prefixes, after llama.cpp found no cells. Returns False when there were none."""
        dropped = False
        while (sequence := self.cache.least_recent()) is not None:
            self._release(sequence)
            dropped = True
        return dropped

    def preempt(self) -> bool:
        """Put the latest, least urgent running request back into the queue; it will be computed again.

        Returns False when at most one request runs, so that nothing is won.
        """
        if len(self._running) <= 1:
            return False
        victim = max(self._running.values(), key=lambda request: request.order)
        del self._running[victim.id]
        self._release(victim.sequence)
        victim.sequence, victim.computed = -1, 0
        self._waiting.insert(0, victim)
        self._waiting.sort(key=lambda request: request.order)
        self._pressed = True
        return True

    def _admit(self, plan: Plan) -> None:
        # Who was just put back must not come in again before the others got anywhere.
        if self._pressed and self._running:
            return
        for request in list(self._waiting):
            if len(self._running) >= self.limits.parallel:
                return
            match = self.cache.match(request.tokens[:-1])
            if self._worth_waiting(request, match):
                continue
            if not self._make_room(request, match):
                return
            self._start(request, match, plan)

    def _worth_waiting(self, request: _Request, match: Match | None) -> bool:
        """True while another request computes a prefix that this one could share."""
        have = match.length if match else 0
        for other in self._running.values():
            if other.left <= 1:
                continue
            shared = min(common_length(request.tokens, other.tokens), len(request.tokens) - 1)
            if shared - have >= SHARE_WORTH_WAITING and other.computed < shared:
                return True
        return False

    def _make_room(self, request: _Request, match: Match | None) -> bool:
        need = len(request.tokens) - (match.length if match else 0)
        promised = sum(other.left for other in self._running.values())
        margin = GROWTH_MARGIN if self._running else 1
        keep = frozenset({match.sequence}) if match else frozenset()
        while self.cache.cells + promised + need + margin > self.limits.cells or not self._free:
            victim = self.cache.least_recent(keep)
            if victim is None:
                return self._last_resort(request, match)
            self._release(victim)
        return True

    def _last_resort(self, request: _Request, match: Match | None) -> bool:
        """With nothing else running, a prompt may take its own prefix's tail away to fit."""
        if self._running or match is None:
            return not self._running and bool(self._free)
        if self.cache.cells + len(request.tokens) - match.length < self.limits.cells and self._free:
            return True
        self._take_over(request, match)
        return False

    def _take_over(self, request: _Request, match: Match) -> None:
        """Give up the matched sequence itself; the next plan starts the prompt from nothing."""
        if match.sequence in self.cache.sequences:
            self._release(match.sequence)

    def _start(self, request: _Request, match: Match | None, plan: Plan) -> None:
        self._waiting.remove(request)
        request.sequence = self._free.pop()
        self.cache.open(request.sequence)
        self._flush(plan)
        if match is not None:
            self.cache.fork(match.sequence, request.sequence, match.length)
            plan.operations.append(CopyCells(match.sequence, request.sequence, match.length))
            request.computed = match.length
        request.cached = request.computed
        self._running[request.id] = request
        plan.admitted.append((request.id, request.cached))
        if match is not None and self.cache.redundant(match.sequence):
            self._release(match.sequence)

    def _plan_answers(self, plan: Plan) -> int:
        """Add one row for every request that is answering; returns the rows left for prompts."""
        answering = sorted((r for r in self._running.values() if r.left == 1), key=lambda r: r.order)
        while self.cache.cells + len(answering) > self.limits.cells and answering:
            victim = self.cache.least_recent()
            if victim is not None:
                self._release(victim)
            elif not self.preempt():
                break
            answering = [request for request in answering if request.id in self._running]
        self._flush(plan)
        for request in answering[: self.limits.batch_tokens]:
            self._add(plan, request, 1)
        room = self.limits.batch_tokens - len(answering)
        return min(room, self.limits.chunk_tokens) if answering else room

    def _plan_prompts(self, plan: Plan, budget: int) -> None:
        prompts = sorted((r for r in self._running.values() if r.left > 1), key=lambda r: r.order)
        for request in prompts:
            free = self._free_cells(plan, min(request.left, budget))
            if count := min(request.left, budget, free):
                self._add(plan, request, count)
                budget -= count
        if prompts and not plan.rows:
            self.preempt()
        self._flush(plan)

    def _free_cells(self, plan: Plan, wanted: int) -> int:
        """Return the cells that this plan may still fill, giving up idle prefixes for them."""
        while (free := self.limits.cells - self.cache.cells - len(plan.rows)) < wanted:
            victim = self.cache.least_recent()
            if victim is None:
                break
            self._release(victim)
        return max(0, free)

    def _flush(self, plan: Plan) -> None:
        plan.operations.extend(RemoveCells(sequence) for sequence in self._dropped)
        self._dropped.clear()

    def _add(self, plan: Plan, request: _Request, count: int) -> None:
        start = request.computed
        tokens = request.tokens[start : start + count]
        last = len(request.tokens) - 1
        for position, token in enumerate(tokens, start):
            wanted = request.id if position == last else None
            plan.rows.append(Row(token, position, request.sequence, wanted))
        plan.computed[request.sequence] = tokens

    def _release(self, sequence: int) -> None:
        self.cache.release(sequence)
        self._unproven.pop(sequence, None)
        self._dropped.append(sequence)
        self._free.append(sequence)
