"""Sessions and running turns. A turn is a task of the engine: watchers come and go, only `cancel_turn` stops it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Literal
from uuid import uuid4

import msgspec

from app.engine.agents.loop import TurnLoop
from app.engine.agents.ports import OpenModel
from app.engine.agents.retrieval import Retrieval
from app.engine.agents.shielding import Shielding
from app.engine.agents.unstored import Unstored
from app.engine.domain.agents import (
    AgentConfig,
    Attachment,
    Failure,
    InferenceStep,
    Session,
    Step,
    StepCompleted,
    StepProgressed,
    StepRetracted,
    StepStarted,
    Turn,
    TurnCompleted,
    TurnEvent,
    TurnStarted,
)
from app.engine.domain.errors import Conflict, InvalidRequest
from app.engine.domain.events import EngineEvent, SessionsChanged, TurnRan
from app.engine.domain.inference import Message, Sampling, TextDelta
from app.engine.domain.models import Model
from app.engine.domain.settings import Settings
from app.engine.runtime.streams import closing
from app.engine.runtime.tracing import span
from app.engine.storage.sessions import SessionStore

TITLE_LENGTH = 60
HISTORY_TURNS = 2000


class _Running:
    """A turn under way: its events so far, and who waits for more."""

    def __init__(self, turn: Turn) -> None:
        self.turn = turn
        self.open_step: Step | None = None
        self.events: list[TurnEvent] = []
        self.changed = asyncio.Condition()
        self.done = False
        self.task: asyncio.Task[None] | None = None

    async def add(self, event: TurnEvent) -> None:
        self._note(event)
        async with self.changed:
            self.events.append(event)
            self.done = isinstance(event, TurnCompleted)
            self.changed.notify_all()

    def _note(self, event: TurnEvent) -> None:
        match event:
            case TurnStarted(turn) | TurnCompleted(turn):
                self.turn = turn
            case StepStarted(step):
                self.open_step = step
            case StepProgressed(_, _, TextDelta(text)) if isinstance(self.open_step, InferenceStep):
                self.open_step = msgspec.structs.replace(self.open_step, text=self.open_step.text + text)
            case StepRetracted() if isinstance(self.open_step, InferenceStep):
                self.open_step = msgspec.structs.replace(self.open_step, text="")
            case StepCompleted(step):
                self.open_step = None
                others = tuple(each for each in self.turn.steps if each.id != step.id)
                self.turn = msgspec.structs.replace(self.turn, steps=(*others, step))


class AgentService:
    """Creates sessions and runs their turns. Lives in the engine loop."""

    def __init__(
        self,
        store: SessionStore,
        open_model: OpenModel,
        default_model: Callable[[], Awaitable[Model]],
        settings: Callable[[], Settings],
        publish: Callable[[EngineEvent], None],
        retrieval: Retrieval | None = None,
        shielding: Shielding | None = None,
    ) -> None:
        self._store = store
        self._loop = TurnLoop(store, open_model, retrieval, shielding)
        self._unstored = TurnLoop(Unstored(), open_model, retrieval, shielding)
        self._default_model = default_model
        self._settings = settings
        self._publish = publish
        self._running: dict[str, _Running] = {}

    async def close(self) -> None:
        """Stop all turns, keeping what they have said."""
        for turn_id in list(self._running):
            await self.cancel_turn(turn_id)

    async def create_session(
        self, *, title: str = "", config: AgentConfig | None = None, folder_id: str | None = None
    ) -> Session:
        """Create a chat; without a config it takes the defaults of the settings."""
        now = time.time()
        session = Session(
            id=str(uuid4()),
            title=title,
            config=config or self._default_config(),
            folder_id=folder_id,
            created_at=now,
            updated_at=now,
        )
        await self._store.add_session(session)
        self._publish(SessionsChanged((session.id,)))
        return session

    async def get_session(self, session_id: str) -> Session:
        """Return a session; raises NotFound."""
        return await self._store.session(session_id)

    async def configure_session(self, session_id: str, config: AgentConfig) -> Session:
        """Change model, system prompt or sampling of a session."""
        session = await self._store.change_session(session_id, config=msgspec.json.encode(config).decode())
        self._publish(SessionsChanged((session_id,)))
        return session

    async def start_turn(
        self,
        session_id: str,
        text: str,
        *,
        parent_id: str | Literal["active"] | None = "active",
        attachments: tuple[Attachment, ...] = (),
    ) -> Turn:
        """Store the message and start answering; returns at once. See the facade for the rules."""
        if not text.strip():
            raise InvalidRequest("The message is empty.", param="text")
        session = await self._store.session(session_id)
        parent = session.active_turn_id if parent_id == "active" else parent_id
        if parent is not None and (await self._store.turn(parent)).session_id != session_id:
            raise InvalidRequest("That turn belongs to another chat.", param="parent_id")
        return await self._start(session, (Message(role="user", content=text),), parent, attachments)

    async def ask(self, text: str, config: AgentConfig | None = None) -> AsyncIterator[TurnEvent]:
        """Answer once, without a session; nothing is stored. Leaving the iterator early ends the answer."""
        if not text.strip():
            raise InvalidRequest("The message is empty.", param="text")
        resolved = await self._resolved(config or self._default_config())
        message = Message(role="user", content=text)
        turn = Turn(id=str(uuid4()), session_id="", parent_id=None, input=(message,), started_at=time.time())
        with span("agents.turn", turn_id=turn.id, model=resolved.model or ""):
            async with closing(self._unstored.run(turn, (), resolved)) as events:
                async for event in events:
                    yield event

    async def regenerate_turn(self, turn_id: str) -> Turn:
        """Answer the same message again as a sibling turn."""
        turn = await self._store.turn(turn_id)
        return await self._start(
            await self._store.session(turn.session_id), turn.input, turn.parent_id, turn.attachments
        )

    async def edit_turn(self, turn_id: str, text: str) -> Turn:
        """Answer a changed message as a sibling turn."""
        turn = await self._store.turn(turn_id)
        return await self.start_turn(turn.session_id, text, parent_id=turn.parent_id, attachments=turn.attachments)

    async def watch_turn(self, turn_id: str) -> AsyncIterator[TurnEvent]:
        """Yield the turn's events from its start, ending with TurnCompleted."""
        running = self._running.get(turn_id)
        if running is None:
            yield TurnCompleted(await self._store.turn(turn_id))
            return
        seen = 0
        while True:
            async with running.changed:
                while len(running.events) <= seen:
                    await running.changed.wait()
                fresh = running.events[seen:]
            for event in fresh:
                yield event
            seen += len(fresh)
            if isinstance(fresh[-1], TurnCompleted):
                return

    async def cancel_turn(self, turn_id: str) -> Turn:
        """Stop a running turn, keep what it has said, and return it."""
        running = self._running.get(turn_id)
        if running is not None and running.task is not None:
            running.task.cancel()
            await asyncio.wait([running.task])
        return await self._store.turn(turn_id)

    async def select_turn(self, turn_id: str) -> Session:
        """Show the branch through this turn (its most recent leaf)."""
        turn = await self._store.turn(turn_id)
        leaf = await self._store.newest_leaf(turn_id)
        session = await self._store.change_session(turn.session_id, active_turn_id=leaf)
        self._publish(SessionsChanged((session.id,)))
        return session

    async def running_turns(self) -> tuple[Turn, ...]:
        """Return the turns that run now."""
        return tuple(running.turn for running in self._running.values())

    async def _start(
        self,
        session: Session,
        messages: tuple[Message, ...],
        parent_id: str | None,
        attachments: tuple[Attachment, ...],
    ) -> Turn:
        if any(running.turn.session_id == session.id for running in self._running.values()):
            raise Conflict("This chat is still answering.", hint="Stop the answer first, or wait for it.")
        turn = Turn(
            id=str(uuid4()),
            session_id=session.id,
            parent_id=parent_id,
            input=messages,
            attachments=attachments,
            started_at=time.time(),
        )
        running = self._running[turn.id] = _Running(turn)
        try:
            config = await self._resolved(session.config)
            past = await self._store.path(parent_id, HISTORY_TURNS)
            await self._store.add_turn(turn)
            if not session.title:
                await self._store.change_session(session.id, title=title_of(messages))
        except BaseException:
            del self._running[turn.id]
            raise
        self._publish(SessionsChanged((session.id,)))
        self._publish(TurnRan(session.id, turn.id, True))
        running.task = asyncio.create_task(self._run(running, past, config), name=f"turn {turn.id}")
        return await self._store.turn(turn.id)

    async def _run(self, running: _Running, past: tuple[Turn, ...], config: AgentConfig) -> None:
        turn = running.turn
        try:
            with span("agents.turn", session_id=turn.session_id, turn_id=turn.id, model=config.model or ""):
                async for event in self._loop.run(turn, past, config):
                    await running.add(event)
        except asyncio.CancelledError:
            for event in await self._loop.settle(running.turn, running.open_step):
                await running.add(event)
        except Exception as error:  # a border: whoever watches the turn must hear its end
            failure = Failure(
                code="internal_error", message=f"{type(error).__name__}: {error}", hint="Please report it."
            )
            for event in await self._loop.settle(running.turn, running.open_step, "failed", failure):
                await running.add(event)
        finally:
            del self._running[turn.id]
            self._publish(TurnRan(turn.session_id, turn.id, False))
            self._publish(SessionsChanged((turn.session_id,)))

    async def _resolved(self, config: AgentConfig) -> AgentConfig:
        if config.model:
            return config
        return msgspec.structs.replace(config, model=(await self._default_model()).id)

    def _default_config(self) -> AgentConfig:
        settings = self._settings()
        sampling = Sampling(
            temperature=settings.temperature, top_p=settings.top_p, top_k=settings.top_k, min_p=settings.min_p
        )
        return AgentConfig(
            model=settings.default_model or None,
            instructions=settings.default_instructions,
            sampling=sampling,
            context_policy=settings.context_policy,
        )


def title_of(messages: tuple[Message, ...]) -> str:
    """Return a title for a new chat: the first line of what the person wrote, cut at a word."""
    text = next((message.content for message in messages if message.role == "user"), "")
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    if len(line) <= TITLE_LENGTH:
        return line
    return line[:TITLE_LENGTH].rsplit(" ", 1)[0].rstrip(",.;:") + "…"
