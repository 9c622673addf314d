"""The inference of a turn as steps: what the model sees, what it says, judged as it goes. The one caller of `chat`.

Must not decide whether a turn goes on, and must not know what came before it in the turn.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import cast
from uuid import uuid4

import msgspec

from app.engine.agents.batching import Item, batched_deltas
from app.engine.agents.context import Window, fit_window
from app.engine.agents.gate import OutputGate
from app.engine.agents.ports import OpenModel, TurnStore
from app.engine.agents.run import TurnRun, prompt_of
from app.engine.agents.shielding import Shielding, ended_check, gathered
from app.engine.domain.agents import (
    AgentConfig,
    ContextReport,
    InferenceStep,
    ShieldStep,
    StepCompleted,
    StepProgressed,
    StepRetracted,
    StepStarted,
    TurnEvent,
    TurnState,
)
from app.engine.domain.errors import PaddockError, StorageFailed
from app.engine.domain.inference import (
    ChatRequest,
    GenerationFinished,
    Message,
    Priority,
    TextDelta,
    ToolCall,
    ToolCallDelta,
    ToolChoice,
)
from app.engine.domain.safety import Judgement
from app.engine.runtime.streams import closing


class _Spoken:
    """An answer as far as it goes: the step, what it said, how it ended, and what shields say of it."""

    def __init__(self, step: InferenceStep, check: ShieldStep | None) -> None:
        self._step = step
        self.check = check
        self.said: list[str] = []
        self.calls: list[ToolCall] = []
        self.finished: GenerationFinished | None = None

    def take(self, item: ContextReport | Item | Judgement) -> bool:
        """Take an item in; returns True when it is to be shown."""
        match item:
            case ContextReport():
                self._step = msgspec.structs.replace(self._step, context=item)
            case GenerationFinished():
                self.finished = item
            case Judgement() if self.check is not None:
                self.check = gathered(self.check, item)
            case TextDelta(text):
                self.said.append(text)
                return True
            case ToolCallDelta():
                self._call(item)
                return True
        return False

    def _call(self, delta: ToolCallDelta) -> None:
        if delta.index == len(self.calls):
            self.calls.append(ToolCall(id=delta.id or str(uuid4()), name=delta.name or "", arguments=""))
        call = self.calls[delta.index]
        self.calls[delta.index] = msgspec.structs.replace(call, arguments=call.arguments + delta.arguments)

    def ended(self, state: TurnState) -> InferenceStep:
        """Return the step as it ended."""
        # Calls that broke off are no calls.
        calls = tuple(self.calls) if state == "completed" else ()
        text = "".join(self.said)
        return msgspec.structs.replace(self._step, text=text, tool_calls=calls, state=state, completed_at=time.time())


class Answering:
    """Asks models for the answers of turns. Holds no state of a turn."""

    def __init__(self, store: TurnStore, open_model: OpenModel, shielding: Shielding | None) -> None:
        self._store = store
        self._open_model = open_model
        self._shielding = shielding

    async def generate(self, run: TurnRun) -> AsyncIterator[ContextReport | Item]:
        """Yield what of the conversation the model sees, then its answer.

        May be begun before the input is judged; a model that is served elsewhere is asked only afterwards.
        """
        model_id = run.config.model or ""
        model = await self._open_model(model_id)
        if not model.is_local:
            await run.judged.wait()
        request = _request(model_id, run)

        async def count(messages: tuple[Message, ...]) -> int:
            return await model.count_tokens(messages, request.tools)

        window = await fit_window(run.past, request.messages, run.config, model.context_length, count)
        yield _report(window, model.context_length)
        request = msgspec.structs.replace(request, messages=window.messages)
        async with closing(batched_deltas(model.chat(request))) as items:
            async for item in items:
                yield item

    async def steps(self, run: TurnRun) -> AsyncIterator[TurnEvent]:
        """Run the inference step, and the check of the answer that goes with it. A failure is told, then raised."""
        model_id = run.config.model or ""
        step = InferenceStep(id=str(uuid4()), turn_id=run.turn.id, model=model_id, started_at=time.time())
        await self._store.add_step(step)
        yield StepStarted(step)
        check = self._shielding.begin("output", run) if self._shielding is not None else None
        spoken = _Spoken(step, check)
        try:
            async with closing(self._answer(run, check)) as items:
                async for item in items:
                    if isinstance(item, TextDelta):
                        await self._store.append_text(step.id, item.text)
                    if spoken.take(item):
                        yield StepProgressed(run.turn.id, step.id, cast("TextDelta | ToolCallDelta", item))
        except PaddockError:
            async with closing(self.break_off(spoken.ended("failed"), run)) as events:
                async for event in events:
                    yield event
            raise
        blocked = spoken.check is not None and spoken.check.outcome == "block"
        async with closing(self._retract(spoken) if blocked else self._finish(spoken, run.config)) as events:
            async for event in events:
                yield event
        check = ended_check(spoken.check) if spoken.check is not None else None
        async with closing(tell_check(self._store, check)) as events:
            async for event in events:
                yield event

    async def break_off(self, step: InferenceStep, run: TurnRun) -> AsyncIterator[TurnEvent]:
        """End a step in the midst of its answer. What was shown of it before it was judged is judged now."""
        unjudged = step.text if self._shielding is not None and self._shielding.streaming != "verify" else ""
        check = self._shielding.begin("output", run) if self._shielding is not None and unjudged else None
        if check is not None and self._shielding is not None:
            check = ended_check(gathered(check, await self._shielding.judge_answer(unjudged, run)))
        with suppress(StorageFailed):  # a disk that refuses must not hide why it ended
            if check is not None and check.outcome == "block":
                step = msgspec.structs.replace(step, text="", state="blocked")
                yield StepRetracted(step.turn_id, step.id)
                await self._store.retract_text(step.id)
            await self._store.complete_step(step)
        yield StepCompleted(step)
        with suppress(StorageFailed):
            async with closing(tell_check(self._store, check)) as events:
                async for event in events:
                    yield event

    async def _finish(self, spoken: _Spoken, config: AgentConfig) -> AsyncIterator[TurnEvent]:
        step = _completed(spoken.ended("completed"), spoken.finished, config)
        await self._store.complete_step(step)
        yield StepCompleted(step)

    def _answer(self, run: TurnRun, check: ShieldStep | None) -> AsyncIterator[ContextReport | Item | Judgement]:
        """Return the answer as it may be shown; judged where shields look at answers."""
        source: AsyncIterator[ContextReport | Item] = run.answer or self.generate(run)
        if check is None or self._shielding is None:
            return source
        return self._judged(source, run, self._shielding)

    async def _judged(
        self, source: AsyncIterator[ContextReport | Item], run: TurnRun, shielding: Shielding
    ) -> AsyncIterator[ContextReport | Item | Judgement]:
        report = await anext(source, None)
        if isinstance(report, ContextReport):
            yield report

        async def judge(text: str) -> Judgement:
            return await shielding.judge_answer(text, run)

        gate = OutputGate(judge, shielding.streaming)
        async with closing(gate.run(cast("AsyncIterator[Item]", source))) as items:
            async for item in items:
                yield item

    async def _retract(self, spoken: _Spoken) -> AsyncIterator[TurnEvent]:
        """Take back what was shown of an answer that is blocked: nothing of it stays on disk."""
        step = msgspec.structs.replace(spoken.ended("blocked"), text="")
        if spoken.said or spoken.calls:
            await self._store.retract_text(step.id)
            yield StepRetracted(step.turn_id, step.id)
        await self._store.complete_step(step)
        yield StepCompleted(step)


async def tell_check(store: TurnStore, check: ShieldStep | None) -> AsyncIterator[TurnEvent]:
    """Store and tell of a check that was made within another step, if one was."""
    if check is not None:
        await store.add_step(check)
        yield StepStarted(check)
        yield StepCompleted(check)


def _request(model_id: str, run: TurnRun) -> ChatRequest:
    """Return the request of a turn; its messages are yet to be fitted into the context."""
    config = run.config
    asked = sum(isinstance(step, InferenceStep) for step in run.turn.steps)
    # The last answer must be one: it has nothing to call.
    tools = config.tools if not asked or asked + 1 < config.max_infer_iters else ()
    choice = config.tool_choice
    if asked and choice.mode != "none":
        choice = ToolChoice(mode="auto")  # a call that was demanded has been made
    return ChatRequest(
        model=model_id,
        messages=prompt_of(run.turn),
        sampling=config.sampling,
        max_tokens=config.max_tokens,
        stop=config.stop,
        tools=tools,
        tool_choice=choice if tools else ToolChoice(mode="none"),
        parallel_tool_calls=config.parallel_tool_calls,
        response_format=config.response_format,
        priority=Priority.API if run.origin == "agent" else Priority.CHAT,
    )


def _report(window: Window, context_length: int) -> ContextReport:
    return ContextReport(
        context_length=context_length, prompt_tokens=window.prompt_tokens, dropped_turns=window.dropped_turns
    )


def _completed(step: InferenceStep, finished: GenerationFinished | None, config: AgentConfig) -> InferenceStep:
    usage = finished.usage if finished else step.usage
    reason = finished.reason if finished else "stop"
    full = reason == "length" and (config.max_tokens is None or usage.completion_tokens < config.max_tokens)
    context = step.context and msgspec.structs.replace(step.context, cut_answer=full)
    return msgspec.structs.replace(
        step,
        finish_reason=reason,
        usage=usage,
        timings=finished.timings if finished else step.timings,
        context=context,
    )
