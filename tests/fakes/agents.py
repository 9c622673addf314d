"""A turn loop in memory: says what its script says, when the script lets it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any, Literal

import msgspec

from app.engine.domain.agents import (
    AgentConfig,
    Attachment,
    CitationMark,
    ContextReport,
    Failure,
    InferenceStep,
    Kept,
    MemoryRetrievalStep,
    Session,
    ShieldStep,
    StepCompleted,
    StepProgressed,
    StepRetracted,
    StepStarted,
    Turn,
    TurnCompleted,
    TurnEvent,
    TurnStarted,
)
from app.engine.domain.errors import Conflict, NotFound, PaddockError
from app.engine.domain.events import EventBus, TurnRan
from app.engine.domain.inference import Message, TextDelta, Timings, Usage
from tests.fakes.history import Store
from tests.fakes.models import STARTER, FakeModels


class Script:
    """What the model says. `hold()` stops after `hold_after` tokens until `release()`; `pause` waits between tokens.

    With `retrieval` every turn looks into memory first, and its answer has the `citations`. `checks` come before the
    answer; one that blocks ends the turn. `retraction` comes after it, and takes it back.
    """

    def __init__(self) -> None:
        self.tokens: list[str] = ["Hello", "! ", "How ", "can ", "I ", "help ", "you ", "today", "?"]
        self.failure: Failure | None = None
        self.context: ContextReport | None = None
        self.retrieval: MemoryRetrievalStep | None = None
        self.citations: tuple[CitationMark, ...] = ()
        self.checks: tuple[ShieldStep, ...] = ()
        self.retraction: ShieldStep | None = None
        self.pause = 0.0
        self.hold_after: int | None = None
        self.released = asyncio.Event()
        self.released.set()

    def hold(self, after: int) -> None:
        """Stop every answer after so many tokens."""
        self.hold_after = after
        self.released.clear()


class FakeAgents:
    """Sessions and turns over the store."""

    def __init__(self, store: Store, events: EventBus, models: FakeModels, script: Script) -> None:
        self._store, self._events, self._models, self.script = store, events, models, script
        self._logs: dict[str, list[TurnEvent]] = {}
        self._news: dict[str, asyncio.Condition] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self.kept_for_apps = Kept()
        self.failure: PaddockError | None = None

    async def create_session(
        self, *, title: str = "", config: AgentConfig | None = None, folder_id: str | None = None
    ) -> Session:
        return self._store.add_session(title, config=config or AgentConfig(), folder_id=folder_id)

    async def get_session(self, session_id: str) -> Session:
        if session_id not in self._store.sessions:
            raise NotFound("This chat does not exist.")
        return self._store.sessions[session_id]

    async def configure_session(self, session_id: str, config: AgentConfig) -> Session:
        return self._store.change(session_id, config=config)

    async def start_turn(
        self,
        session_id: str,
        text: str,
        *,
        parent_id: str | Literal["active"] | None = "active",
        attachments: tuple[Attachment, ...] = (),
    ) -> Turn:
        session = await self.get_session(session_id)
        if any(turn.session_id == session_id for turn in await self.running_turns()):
            raise Conflict("An answer is still being written in this chat.")
        parent = session.active_turn_id if parent_id == "active" else parent_id
        turn = Turn(
            id=self._store.new_id("turn"),
            session_id=session_id,
            parent_id=parent,
            input=(Message(role="user", content=text),),
            attachments=attachments,
            started_at=time.time(),
        )
        self._store.turns[turn.id] = turn
        title = session.title or text[:40]
        self._store.change(session_id, active_turn_id=turn.id, title=title, updated_at=time.time())
        self._logs[turn.id] = []
        self._news[turn.id] = asyncio.Condition()
        self._tasks[turn.id] = asyncio.get_running_loop().create_task(self._run(turn.id))
        self._events.publish(TurnRan(session_id, turn.id, True))
        return self._store.seen(turn.id)

    async def regenerate_turn(self, turn_id: str) -> Turn:
        turn = self._store.turns[turn_id]
        return await self.start_turn(turn.session_id, turn.input_text(), parent_id=turn.parent_id)

    async def edit_turn(self, turn_id: str, text: str) -> Turn:
        turn = self._store.turns[turn_id]
        return await self.start_turn(turn.session_id, text, parent_id=turn.parent_id)

    async def watch_turn(self, turn_id: str) -> AsyncIterator[TurnEvent]:
        log, news = self._logs.get(turn_id, []), self._news.get(turn_id)
        at = 0
        while news is not None:
            async with news:
                await news.wait_for(lambda: len(log) > at)  # noqa: B023 - `at` is read at each check on purpose
            for event in log[at:]:
                at += 1
                yield event
                if isinstance(event, TurnCompleted):
                    return

    async def cancel_turn(self, turn_id: str) -> Turn:
        task = self._tasks.get(turn_id)
        if task is not None and not task.done():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        return self._store.seen(turn_id)

    async def select_turn(self, turn_id: str) -> Session:
        return self._store.change(self._store.turns[turn_id].session_id, active_turn_id=self._store.leaf(turn_id))

    async def kept(self) -> Kept:
        return self.kept_for_apps

    async def forget(self) -> Kept:
        if self.failure is not None:
            raise self.failure
        was, self.kept_for_apps = self.kept_for_apps, Kept()
        return was

    async def running_turns(self) -> tuple[Turn, ...]:
        return tuple(self._store.seen(i) for i, task in self._tasks.items() if not task.done())

    async def _tell(self, turn_id: str, event: TurnEvent) -> None:
        async with self._news[turn_id]:
            self._logs[turn_id].append(event)
            self._news[turn_id].notify_all()

    async def _run(self, turn_id: str) -> None:
        turn = self._store.seen(turn_id)
        model = self._store.sessions[turn.session_id].config.model or STARTER.id
        step = InferenceStep(id=self._store.new_id("step"), turn_id=turn_id, model=model, started_at=time.time())
        await self._tell(turn_id, TurnStarted(turn))
        await self._look_up(turn_id)
        for check in self.script.checks:
            await self._check(turn_id, check)
        if self._store.turns[turn_id].blocking() is not None:
            await self._end(turn_id, "blocked")
            return
        await self._tell(turn_id, StepStarted(step))
        said: list[str] = []
        state: Any = "completed"
        try:
            await self._say(turn_id, step.id, said)
            if self.script.failure is not None:
                state = "failed"
        except asyncio.CancelledError:
            state = "cancelled"
        if self.script.retraction is not None:
            await self._check(turn_id, self.script.retraction)
            await self._tell(turn_id, StepRetracted(turn_id, step.id))
            said, state = [], "blocked"
        await self._finish(turn_id, step, "".join(said), state, len(said))

    async def _look_up(self, turn_id: str) -> None:
        if (found := self.script.retrieval) is None:
            return
        step = msgspec.structs.replace(found, id=self._store.new_id("step"), turn_id=turn_id)
        running = msgspec.structs.replace(step, sources=(), attachments=(), state="running")
        await self._tell(turn_id, StepStarted(running))
        self._store.turns[turn_id] = msgspec.structs.replace(self._store.turns[turn_id], steps=(step,))
        await self._tell(turn_id, StepCompleted(step))

    async def _check(self, turn_id: str, said: ShieldStep) -> None:
        step = msgspec.structs.replace(said, id=self._store.new_id("step"), turn_id=turn_id, state="completed")
        running = msgspec.structs.replace(step, verdicts=(), message="", outcome="allow", state="running")
        await self._tell(turn_id, StepStarted(running))
        turn = self._store.turns[turn_id]
        self._store.turns[turn_id] = msgspec.structs.replace(turn, steps=(*turn.steps, step))
        await self._tell(turn_id, StepCompleted(step))

    async def _end(self, turn_id: str, state: Any) -> None:
        turn = self._store.turns[turn_id] = msgspec.structs.replace(self._store.turns[turn_id], state=state)
        await self._tell(turn_id, TurnCompleted(self._store.seen(turn_id)))
        self._events.publish(TurnRan(turn.session_id, turn_id, False))

    async def _say(self, turn_id: str, step_id: str, said: list[str]) -> None:
        script = self.script
        for number, token in enumerate(tuple(script.tokens)):
            if script.hold_after is not None and number >= script.hold_after:
                await script.released.wait()
            await asyncio.sleep(script.pause)
            said.append(token)
            await self._tell(turn_id, StepProgressed(turn_id=turn_id, step_id=step_id, delta=TextDelta(token)))

    async def _finish(self, turn_id: str, step: InferenceStep, text: str, state: Any, tokens: int) -> None:
        step = msgspec.structs.replace(
            step,
            text=text,
            state=state,
            finish_reason="stop",
            usage=Usage(prompt_tokens=120, completion_tokens=tokens),
            timings=Timings(first_token=0.18, generation=max(0.05, tokens / 50)),
            context=self.script.context or ContextReport(context_length=2048, prompt_tokens=120),
        )
        turn = msgspec.structs.replace(
            self._store.turns[turn_id],
            steps=(*self._store.turns[turn_id].steps, step),
            citations=self.script.citations,
            state=state,
            output=Message(role="assistant", content=text) if state == "completed" else None,
            failure=self.script.failure if state == "failed" else None,
        )
        self._store.turns[turn_id] = turn
        await self._tell(turn_id, StepCompleted(step))
        await self._tell(turn_id, TurnCompleted(self._store.seen(turn_id)))
        self._events.publish(TurnRan(turn.session_id, turn_id, False))
