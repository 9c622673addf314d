"""The decode thread of a model host: takes prepared generations, decodes batch after batch, reports pieces.

Owns scheduler and backend. Must not parse prompts (that would stall the streams) and must not write to the pipe itself.
"""

from __future__ import annotations

import queue
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from app.engine.domain.errors import BugError, InvalidRequest, PaddockError, WorldError, to_fields
from app.engine.domain.inference import Priority, Timings, TokenLogprob, Usage
from app.engine.inference.llama_cpp.backend import Backend, NoCells
from app.engine.inference.llama_cpp.detokenizer import Detokenizer
from app.engine.inference.llama_cpp.prompting import Prepared, PreparedChoice
from app.engine.inference.llama_cpp.sampler import log_probabilities
from app.engine.inference.llama_cpp.scheduler import Plan, Scheduler
from app.engine.inference.llama_cpp.threads import ThreadTuner
from app.engine.inference.llama_cpp.wire import Accepted, Cancel, Classed, Ended, Piece, Produced, Refused, Report


@dataclass(slots=True)
class _Choice:
    prepared: PreparedChoice
    cached: int = 0


@dataclass(slots=True)
class _Generation:
    prepared: Prepared
    detokenizer: Detokenizer
    admitted: float = 0.0
    first: float = 0.0
    last: float = 0.0
    produced: int = 0
    cached: int = 0
    logprobs: list[TokenLogprob] = field(default_factory=list)


class DecodeLoop:
    """Runs until `stop` arrives in the inbox as None."""

    def __init__(
        self,
        backend: Backend,
        scheduler: Scheduler,
        tuner: ThreadTuner,
        inbox: queue.SimpleQueue[Prepared | PreparedChoice | Cancel | None],
        report: Callable[[Report], None],
    ) -> None:
        self._backend = backend
        self._scheduler = scheduler
        self._tuner = tuner
        self._inbox = inbox
        self._report = report
        self._generations: dict[str, _Generation] = {}
        self._choices: dict[str, _Choice] = {}

    def run(self) -> None:
        """Work until told to stop."""
        while self._take():
            if self._scheduler.busy:
                self._step()

    def _take(self) -> bool:
        """Accept what has arrived; waits while there is nothing to decode. Returns False when told to stop."""
        while True:
            try:
                item = self._inbox.get(block=not self._scheduler.busy)
            except queue.Empty:
                return True
            if item is None:
                return False
            match item:
                case Cancel():
                    self._cancel(item.id)
                case PreparedChoice():
                    self._submit_choice(item)
                case _:
                    self._submit(item)

    def _submit(self, prepared: Prepared) -> None:
        command = prepared.command
        if command.id in self._generations:
            self._refuse(command.id, InvalidRequest(f"Generation {command.id} runs already."))
            return
        try:
            likely_to_go_on = command.priority == Priority.CHAT
            self._scheduler.submit(command.id, prepared.tokens, command.priority, keep=likely_to_go_on)
        except WorldError as error:
            prepared.sampler.close()
            self._refuse(command.id, error)
            return
        self._generations[command.id] = _Generation(prepared, Detokenizer(command.stop))

    def _submit_choice(self, prepared: PreparedChoice) -> None:
        command = prepared.command
        try:
            # Guards are asked with two or three heads in turn, each shared by all that follows under it.
            comes_again = command.priority == Priority.CHAT
            self._scheduler.submit(command.id, prepared.tokens, command.priority, keep=comes_again)
        except WorldError as error:
            self._refuse(command.id, error)
            return
        self._choices[command.id] = _Choice(prepared)

    def _step(self) -> None:
        plan = self._scheduler.plan()
        self._backend.move(plan.operations)
        self._note_admitted(plan)
        if not plan.rows:
            return
        threads = self._tuner.choose(len(plan.rows))
        self._backend.set_threads(threads)
        started = time.perf_counter()
        try:
            self._backend.decode(plan.rows)
        except NoCells:
            self._make_room(plan)
            return
        self._tuner.record(len(plan.rows), threads, time.perf_counter() - started)
        self._scheduler.commit(plan)
        self._sample(plan)

    def _note_admitted(self, plan: Plan) -> None:
        for request_id, cached in plan.admitted:
            if request_id in self._choices:
                self._choices[request_id].cached = cached
                continue
            generation = self._generations[request_id]
            if not generation.admitted:
                generation.admitted, generation.cached = time.perf_counter(), cached
                self._report(Accepted(request_id, len(generation.prepared.tokens), cached))

    def _make_room(self, plan: Plan) -> None:
        if self._scheduler.drop_idle() or self._scheduler.preempt():
            return
        error = BugError("llama.cpp found no room in the KV cache for a prompt that fits it.")
        everyone = {*self._generations, *self._choices}
        for request_id in {row.request_id for row in plan.rows if row.request_id} or everyone:
            self._drop(request_id)
            self._refuse(request_id, error)

    def _sample(self, plan: Plan) -> None:
        pieces: list[Piece] = []
        ended: list[Ended] = []
        for row, entry in enumerate(plan.rows):
            if entry.request_id in self._choices:
                self._read_choice(row, entry.request_id)
            elif entry.request_id is not None:
                self._sample_one(row, entry.request_id, pieces, ended)
        if pieces:
            self._report(Produced(tuple(pieces)))
        for end in ended:
            self._report(end)

    def _read_choice(self, row: int, request_id: str) -> None:
        """Report the probabilities of a classification's choices, and end it: nothing is sampled."""
        choice = self._choices[request_id]
        logits = self._backend.logits(row).astype(np.float64)
        best = int(logits.argmax())
        total = float(logits[best] + np.log(np.exp(logits - logits[best]).sum()))
        self._report(
            Classed(
                id=request_id,
                logprobs=tuple(float(logits[token]) - total for token in choice.prepared.choices),
                best=self._backend.vocabulary.piece(best).decode("utf-8", "replace"),
                prompt_tokens=len(choice.prepared.tokens),
                cached_tokens=choice.cached,
            )
        )
        self._drop(request_id)

    def _sample_one(self, row: int, request_id: str, pieces: list[Piece], ended: list[Ended]) -> None:
        generation = self._generations[request_id]
        command = generation.prepared.command
        vocabulary = self._backend.vocabulary
        logits = self._backend.logits(row)
        token = generation.prepared.sampler.sample(self._backend.context, row, logits)
        generation.last = time.perf_counter()
        generation.first = generation.first or generation.last
        generation.produced += 1
        if vocabulary.is_end(token):
            special = vocabulary.piece(token).decode("utf-8", "replace")
            self._finish(request_id, "stop", pieces, ended, special=special)
            return
        if command.logprobs is not None:
            generation.logprobs.append(log_probabilities(vocabulary, logits, token, command.logprobs))
        special = text = ""
        if vocabulary.is_control(token):
            special = vocabulary.piece(token).decode("utf-8", "replace")
        else:
            text = generation.detokenizer.feed(vocabulary.piece(token))
        if text or special:
            pieces.append(self._piece(generation, text, special))
        if generation.detokenizer.stopped:
            self._finish(request_id, "stop", pieces, ended)
        elif command.max_tokens is not None and generation.produced >= command.max_tokens:
            self._finish(request_id, "length", pieces, ended)
        elif not self._scheduler.advance(request_id, token):
            self._finish(request_id, "length", pieces, ended, context_full=True)

    def _piece(self, generation: _Generation, text: str, special: str = "") -> Piece:
        logprobs, generation.logprobs = tuple(generation.logprobs), []
        return Piece(id=generation.prepared.command.id, text=text, special=special, logprobs=logprobs)

    def _finish(
        self,
        request_id: str,
        reason: str,
        pieces: list[Piece],
        ended: list[Ended],
        *,
        special: str = "",
        context_full: bool = False,
    ) -> None:
        generation = self._generations[request_id]
        text = generation.detokenizer.flush()
        if text or special or generation.logprobs:
            pieces.append(self._piece(generation, text, special))
        ended.append(self._ended(generation, reason, context_full=context_full))
        self._drop(request_id)

    def _ended(self, generation: _Generation, reason: str, *, context_full: bool = False) -> Ended:
        prepared = generation.prepared
        timings = Timings(
            queued=max(0.0, generation.admitted - prepared.submitted),
            first_token=max(0.0, generation.first - prepared.submitted),
            generation=generation.last - generation.first,
        )
        usage = Usage(
            prompt_tokens=len(prepared.tokens),
            completion_tokens=generation.produced,
            cached_tokens=generation.cached,
        )
        return Ended(id=prepared.command.id, reason=reason, usage=usage, timings=timings, context_full=context_full)

    def _cancel(self, request_id: str) -> None:
        if request_id in self._choices:
            self._drop(request_id)
            return
        generation = self._generations.get(request_id)
        if generation is not None:
            self._report(self._ended(generation, "cancelled"))
            self._drop(request_id)

    def _drop(self, request_id: str) -> None:
        if self._choices.pop(request_id, None) is not None:
            self._scheduler.finish(request_id)
            return
        generation = self._generations.pop(request_id, None)
        if generation is not None:
            self._scheduler.finish(request_id)
            generation.prepared.sampler.close()

    def _refuse(self, request_id: str, error: PaddockError) -> None:
        self._report(Refused(request_id, to_fields(error)))
