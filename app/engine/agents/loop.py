"""Runs one turn: the only place where a turn calls inference. Yields typed events; every one is on disk before.

input shields -> retrieval -> inference, judged as it goes -> output, or calls of tools: `resume` takes their results.
Must not know who watches, and must not start or stop models itself.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress

import msgspec

from app.engine.agents.answering import Answering, tell_check
from app.engine.agents.citations import cite
from app.engine.agents.ports import OpenModel, TurnStore
from app.engine.agents.retrieval import Retrieval
from app.engine.agents.run import TurnRun, nothing_found
from app.engine.agents.shielding import Shielding
from app.engine.agents.sources import NOT_FOUND
from app.engine.domain.agents import (
    Failure,
    InferenceStep,
    Step,
    StepCompleted,
    StepStarted,
    ToolExecutionStep,
    ToolResult,
    Turn,
    TurnCompleted,
    TurnEvent,
    TurnStarted,
    TurnState,
)
from app.engine.domain.errors import InvalidRequest, PaddockError, StorageFailed
from app.engine.domain.inference import Message
from app.engine.runtime.streams import Prefetched, closing

Stage = Callable[[TurnRun], AsyncIterator[TurnEvent]]


class TurnLoop:
    """Runs turns with one store and one way to open models. Holds no state of a turn."""

    def __init__(
        self,
        store: TurnStore,
        open_model: OpenModel,
        retrieval: Retrieval | None = None,
        shielding: Shielding | None = None,
    ) -> None:
        self._store = store
        self._open_model = open_model
        self._retrieval = retrieval
        self._shielding = shielding
        self._answering = Answering(store, open_model, shielding)

    def run(self, run: TurnRun) -> AsyncIterator[TurnEvent]:
        """Answer a stored turn. A failure ends the turn, it is not raised; cancelling is: call `settle` then."""
        return self._go_through((self._judge_input, self._judge_given, self._retrieve, self._infer), run)

    def resume(self, run: TurnRun) -> AsyncIterator[TurnEvent]:
        """Go on with a turn whose last step holds the results of its calls."""
        return self._go_through((self._take_results, self._infer), run)

    async def _go_through(self, stages: Sequence[Stage], run: TurnRun) -> AsyncIterator[TurnEvent]:
        yield TurnStarted(run.turn)
        try:
            for number, steps in enumerate(stages):
                if run.blocked:
                    break
                if number:
                    run.judged.set()
                async with closing(steps(run)) as events:
                    async for event in events:
                        run.note(event)
                        yield event
            turn = await self._complete(run.turn, _end_of(run))
        except PaddockError as error:
            failure = Failure(code=error.code, message=error.message, hint=error.hint)
            turn = await self._complete(run.turn, "failed", failure)
        finally:
            await run.close()
        yield TurnCompleted(turn)

    async def settle(
        self, run: TurnRun, open_step: Step | None, state: TurnState = "cancelled", failure: Failure | None = None
    ) -> list[TurnEvent]:
        """Bring a turn that was broken off to its end, keeping what it has said; returns the closing events.

        What was shown before it was judged, as a policy may have it, is judged now, and taken back if need be.
        """
        events: list[TurnEvent] = []
        if open_step is not None:
            step = msgspec.structs.replace(open_step, state=state, completed_at=time.time())
            async with closing(self._break_off(step, run)) as ending:
                async for event in ending:
                    run.note(event)
                    events.append(event)
        if run.blocked and state == "cancelled":
            state = "blocked"
        turn = await self._complete(run.turn, state, failure)
        return [*events, TurnCompleted(turn)]

    async def _break_off(self, step: Step, run: TurnRun) -> AsyncIterator[TurnEvent]:
        if isinstance(step, InferenceStep):
            async with closing(self._answering.break_off(step, run)) as events:
                async for event in events:
                    yield event
        else:
            await self._keep_step(step)
            yield StepCompleted(step)

    async def _complete(self, turn: Turn, state: TurnState, failure: Failure | None = None) -> Turn:
        text = msgspec.structs.replace(turn, output=None).output_text()
        if state == "completed" and not text and nothing_found(turn):
            text = NOT_FOUND
        if state == "blocked":
            text = ""
        calls = turn.open_calls() if state == "awaiting_input" else ()
        ended = state in ("completed", "awaiting_input")
        output = Message(role="assistant", content=text, tool_calls=calls) if text or ended else None
        citations = cite(text, turn.sources())
        turn = msgspec.structs.replace(
            turn, state=state, failure=failure, output=output, citations=citations, completed_at=time.time()
        )
        try:
            await self._store.complete_turn(turn)
        except StorageFailed as error:
            # The watchers must still hear the end; what is on disk is recovered at the next start.
            lost = Failure(code=error.code, message=error.message, hint=error.hint)
            return msgspec.structs.replace(turn, state="failed", failure=failure or lost)
        return turn

    async def _keep_step(self, step: Step) -> None:
        """Store a step that ended badly; a disk that refuses must not hide why."""
        with suppress(StorageFailed):
            await self._store.complete_step(step)

    async def _judge_input(self, run: TurnRun) -> AsyncIterator[TurnEvent]:
        step = self._shielding.begin("input", run) if self._shielding is not None else None
        if step is None or self._shielding is None or not run.turn.input_text().strip():
            return
        await self._store.add_step(step)
        yield StepStarted(step)
        looks = self._retrieval is not None and self._retrieval.begin(run.turn, run.past, run.config) is not None
        if not looks and not _given_results(run.turn):
            # The prompt is known already: it is computed while the shields look, and nothing of it is shown before.
            run.answer = Prefetched(self._answering.generate(run))
        step = await self._shielding.judge_input(step, run)
        await self._store.complete_step(step)
        yield StepCompleted(step)

    async def _judge_given(self, run: TurnRun) -> AsyncIterator[TurnEvent]:
        """Let shields look at results of tools that came with the input."""
        given = _given_results(run.turn)
        step = self._shielding.begin("tool", run) if self._shielding is not None and given else None
        if step is None or self._shielding is None:
            return
        await self._store.add_step(step)
        yield StepStarted(step)
        step, kept = await self._shielding.judge_results(step, given, run)
        if any(each.withheld for each in kept):
            run.replace_input(_with_results(run.turn.input, kept))
            await self._store.change_input(run.turn)
        await self._store.complete_step(step)
        yield StepCompleted(step)

    async def _take_results(self, run: TurnRun) -> AsyncIterator[TurnEvent]:
        """Take in what tools came to; shields look at it before the model reads it."""
        given = run.turn.steps[-1]
        if not isinstance(given, ToolExecutionStep):
            raise InvalidRequest("The turn has no results to go on with.")
        yield StepStarted(given)
        done = msgspec.structs.replace(given, state="completed", completed_at=time.time())
        check = self._shielding.begin("tool", run) if self._shielding is not None and given.results else None
        if check is not None and self._shielding is not None:
            check, kept = await self._shielding.judge_results(check, given.results, run)
            done = msgspec.structs.replace(done, results=kept)
        await self._store.complete_step(done)
        yield StepCompleted(done)
        async with closing(tell_check(self._store, check)) as events:
            async for event in events:
                yield event

    async def _retrieve(self, run: TurnRun) -> AsyncIterator[TurnEvent]:
        step = self._retrieval.begin(run.turn, run.past, run.config) if self._retrieval is not None else None
        if step is None or self._retrieval is None:
            return
        await self._store.add_step(step)
        yield StepStarted(step)
        try:
            model = await self._open_model(run.config.model or "")
            step = await self._retrieval.complete(
                step, run.turn, run.past, run.config, model.context_length, model.count_tokens
            )
        except PaddockError:
            step = msgspec.structs.replace(step, state="failed", completed_at=time.time())
            await self._keep_step(step)
            yield StepCompleted(step)
            raise
        # What shields block is left out of the prompt and of the sources; nobody is shown it before.
        check = self._shielding.begin("retrieved", run) if self._shielding is not None and step.sources else None
        if check is not None and self._shielding is not None:
            check, step = await self._shielding.judge_found(check, step, run)
        await self._store.complete_step(step)
        yield StepCompleted(step)
        async with closing(tell_check(self._store, check)) as events:
            async for event in events:
                yield event

    async def _infer(self, run: TurnRun) -> AsyncIterator[TurnEvent]:
        if run.config.retrieval.strict and nothing_found(run.turn):
            return
        async with closing(self._answering.steps(run)) as events:
            async for event in events:
                yield event


def _end_of(run: TurnRun) -> TurnState:
    if run.blocked:
        return "blocked"
    return "awaiting_input" if run.turn.open_calls() else "completed"


def _given_results(turn: Turn) -> tuple[ToolResult, ...]:
    """Return the results of tools among the messages of a turn."""
    return tuple(
        ToolResult(call_id=each.tool_call_id or "", name=each.name or "", content=each.content)
        for each in turn.input
        if each.role == "tool"
    )


def _with_results(messages: Sequence[Message], results: Sequence[ToolResult]) -> tuple[Message, ...]:
    """Return messages with those of tools replaced, in order."""
    fresh = iter(results)
    return tuple(
        msgspec.structs.replace(each, content=next(fresh).content) if each.role == "tool" else each for each in messages
    )
