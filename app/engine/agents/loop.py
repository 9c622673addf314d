"""Runs one turn: the only place where a turn calls inference. Yields typed events; every one is on disk before.

input -> retrieval -> inference -> output. Shields and tools are further step kinds of this same loop. Must not know who
watches, and must not start or stop models itself.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Protocol
from uuid import uuid4

import msgspec

from app.engine.agents.batching import batched_deltas
from app.engine.agents.citations import cite
from app.engine.agents.context import Window, fit_window
from app.engine.agents.retrieval import Retrieval
from app.engine.agents.sources import NOT_FOUND, with_nothing_found, with_sources
from app.engine.domain.agents import (
    AgentConfig,
    ContextReport,
    Failure,
    InferenceStep,
    MemoryRetrievalStep,
    Step,
    StepCompleted,
    StepProgressed,
    StepStarted,
    Turn,
    TurnCompleted,
    TurnEvent,
    TurnStarted,
    TurnState,
)
from app.engine.domain.errors import PaddockError, StorageFailed
from app.engine.domain.inference import (
    ChatRequest,
    GenerationEvent,
    GenerationFinished,
    Message,
    Priority,
    TextDelta,
)
from app.engine.runtime.streams import closing


class TurnModel(Protocol):
    """What a turn needs of a ChatModel."""

    @property
    def context_length(self) -> int:
        """Tokens that prompt and answer may hold together."""
        ...

    def chat(self, request: ChatRequest) -> AsyncIterator[GenerationEvent]:
        """Continue a conversation."""
        ...

    async def count_tokens(self, messages: tuple[Message, ...]) -> int:
        """Return the prompt length in tokens."""
        ...


OpenModel = Callable[[str], Awaitable[TurnModel]]


class TurnStore(Protocol):
    """Where a turn is kept while it runs."""

    async def add_step(self, step: Step) -> None:
        """Store a step that begins."""
        ...

    async def append_text(self, step_id: str, text: str) -> None:
        """Store more of a step's text."""
        ...

    async def complete_step(self, step: Step) -> None:
        """Store a step as it ended."""
        ...

    async def complete_turn(self, turn: Turn) -> None:
        """Store a turn as it ended."""
        ...


class TurnLoop:
    """Runs turns with one store and one way to open models. Holds no state of a turn."""

    def __init__(self, store: TurnStore, open_model: OpenModel, retrieval: Retrieval | None = None) -> None:
        self._store = store
        self._open_model = open_model
        self._retrieval = retrieval

    async def run(self, turn: Turn, past: Sequence[Turn], config: AgentConfig) -> AsyncIterator[TurnEvent]:
        """Answer a stored turn. A failure ends the turn, it is not raised; cancelling is: call `settle` then."""
        yield TurnStarted(turn)
        try:
            for steps in (self._retrieve, self._infer):
                async with closing(steps(turn, past, config)) as events:
                    async for event in events:
                        if isinstance(event, StepCompleted):
                            turn = msgspec.structs.replace(turn, steps=(*turn.steps, event.step))
                        yield event
            turn = await self._complete(turn, "completed")
        except PaddockError as error:
            failure = Failure(code=error.code, message=error.message, hint=error.hint)
            turn = await self._complete(turn, "failed", failure)
        yield TurnCompleted(turn)

    async def settle(
        self, turn: Turn, open_step: Step | None, state: TurnState = "cancelled", failure: Failure | None = None
    ) -> list[TurnEvent]:
        """Bring a turn that was broken off to its end, keeping what it has said; returns the closing events."""
        events: list[TurnEvent] = []
        if open_step is not None:
            step = msgspec.structs.replace(open_step, state=state, completed_at=time.time())
            await self._keep_step(step)
            turn = msgspec.structs.replace(turn, steps=(*turn.steps, step))
            events.append(StepCompleted(step))
        turn = await self._complete(turn, state, failure)
        return [*events, TurnCompleted(turn)]

    async def _complete(self, turn: Turn, state: TurnState, failure: Failure | None = None) -> Turn:
        text = "".join(step.text for step in turn.steps)
        if state == "completed" and not text and nothing_found(turn):
            text = NOT_FOUND
        output = Message(role="assistant", content=text) if text or state == "completed" else None
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

    async def _retrieve(self, turn: Turn, past: Sequence[Turn], config: AgentConfig) -> AsyncIterator[TurnEvent]:
        step = self._retrieval.begin(turn, past, config) if self._retrieval is not None else None
        if step is None or self._retrieval is None:
            return
        await self._store.add_step(step)
        yield StepStarted(step)
        try:
            model = await self._open_model(config.model or "")
            step = await self._retrieval.complete(step, turn, past, config, model.context_length, model.count_tokens)
        except PaddockError:
            step = msgspec.structs.replace(step, state="failed", completed_at=time.time())
            await self._keep_step(step)
            yield StepCompleted(step)
            raise
        await self._store.complete_step(step)
        yield StepCompleted(step)

    async def _infer(self, turn: Turn, past: Sequence[Turn], config: AgentConfig) -> AsyncIterator[TurnEvent]:
        if config.retrieval.strict and nothing_found(turn):
            return
        model_id = config.model or ""
        step = InferenceStep(id=str(uuid4()), turn_id=turn.id, model=model_id, started_at=time.time())
        await self._store.add_step(step)
        yield StepStarted(step)
        said: list[str] = []
        try:
            model = await self._open_model(model_id)
            window = await fit_window(past, prompt_of(turn), config, model.context_length, model.count_tokens)
            step = msgspec.structs.replace(step, context=_report(window, model.context_length))
            finished: GenerationFinished | None = None
            async with closing(batched_deltas(model.chat(_request(model_id, window, config)))) as items:
                async for item in items:
                    if isinstance(item, GenerationFinished):
                        finished = item
                        continue
                    if isinstance(item, TextDelta):
                        await self._store.append_text(step.id, item.text)
                        said.append(item.text)
                    yield StepProgressed(turn.id, step.id, item)
        except PaddockError:
            step = msgspec.structs.replace(step, text="".join(said), state="failed", completed_at=time.time())
            await self._keep_step(step)
            yield StepCompleted(step)
            raise
        step = _ended(step, "".join(said), finished, config)
        await self._store.complete_step(step)
        yield StepCompleted(step)


def nothing_found(turn: Turn) -> bool:
    """Tell whether banks were searched for this turn and hold nothing about it."""
    return any(isinstance(step, MemoryRetrievalStep) and step.nothing_found for step in turn.steps)


def prompt_of(turn: Turn) -> tuple[Message, ...]:
    """Return the messages of a turn as the model gets them, with what was found for it."""
    if sources := turn.sources():
        return with_sources(turn.input, sources)
    return with_nothing_found(turn.input) if nothing_found(turn) else turn.input


def _request(model_id: str, window: Window, config: AgentConfig) -> ChatRequest:
    return ChatRequest(
        model=model_id,
        messages=window.messages,
        sampling=config.sampling,
        max_tokens=config.max_tokens,
        stop=config.stop,
        priority=Priority.CHAT,
    )


def _report(window: Window, context_length: int) -> ContextReport:
    return ContextReport(
        context_length=context_length, prompt_tokens=window.prompt_tokens, dropped_turns=window.dropped_turns
    )


def _ended(step: InferenceStep, text: str, finished: GenerationFinished | None, config: AgentConfig) -> InferenceStep:
    usage = finished.usage if finished else step.usage
    reason = finished.reason if finished else "stop"
    full = reason == "length" and (config.max_tokens is None or usage.completion_tokens < config.max_tokens)
    context = step.context and msgspec.structs.replace(step.context, cut_answer=full)
    return msgspec.structs.replace(
        step,
        text=text,
        state="completed",
        finish_reason=reason,
        usage=usage,
        timings=finished.timings if finished else step.timings,
        context=context,
        completed_at=time.time(),
    )
