"""Sessions and running turns. A turn is a task of the engine: watchers come and go, only `cancel_turn` stops it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Literal
from uuid import uuid4

import msgspec

from app.engine.agents.loop import TurnLoop
from app.engine.agents.new_turns import execution_of, messages_of, new_turn, title_of
from app.engine.agents.ports import OpenModel
from app.engine.agents.retrieval import Retrieval
from app.engine.agents.run import TurnRun
from app.engine.agents.running import RunningTurn
from app.engine.agents.shielding import Shielding
from app.engine.agents.unstored import Unstored
from app.engine.domain.agents import (
    Agent,
    AgentConfig,
    Attachment,
    Failure,
    Kept,
    Session,
    SessionKind,
    ToolResult,
    Turn,
    TurnCompleted,
    TurnEvent,
    TurnState,
)
from app.engine.domain.errors import Conflict, InvalidRequest
from app.engine.domain.events import EngineEvent, SessionsChanged, TurnRan
from app.engine.domain.inference import Message, Sampling
from app.engine.domain.models import Model
from app.engine.domain.safety import Origin
from app.engine.domain.settings import Settings
from app.engine.runtime.streams import closing
from app.engine.runtime.tracing import span
from app.engine.storage.agents import AgentStore
from app.engine.storage.sessions import SessionStore

HISTORY_TURNS = 2000


class AgentService:
    """Creates sessions and runs their turns. Lives in the engine loop."""

    def __init__(
        self,
        store: SessionStore,
        agents: AgentStore,
        open_model: OpenModel,
        default_model: Callable[[], Awaitable[Model]],
        settings: Callable[[], Settings],
        publish: Callable[[EngineEvent], None],
        retrieval: Retrieval | None = None,
        shielding: Shielding | None = None,
    ) -> None:
        self._store = store
        self._agents = agents
        self._shielding = shielding
        self._loop = TurnLoop(store, open_model, retrieval, shielding)
        self._unstored = TurnLoop(Unstored(), open_model, retrieval, shielding)
        self._default_model = default_model
        self._settings = settings
        self._publish = publish
        self._running: dict[str, RunningTurn] = {}

    async def close(self) -> None:
        """Stop all turns, keeping what they have said."""
        for running in list(self._running.values()):
            await running.cancel()

    # Agents.

    async def create_agent(self, config: AgentConfig, *, name: str = "") -> Agent:
        """Keep a way of answering; raises NotFound when it names a shield nobody knows."""
        self._require_shields(config)
        agent = Agent(id=str(uuid4()), config=config, name=name, created_at=time.time())
        await self._agents.add(agent)
        return agent

    async def agents(self) -> tuple[Agent, ...]:
        """Return all agents, newest first."""
        return await self._agents.all()

    async def agent(self, agent_id: str) -> Agent:
        """Return an agent; raises NotFound."""
        return await self._agents.get(agent_id)

    async def remove_agent(self, agent_id: str) -> None:
        """Delete an agent with its sessions; running turns are stopped."""
        await self._agents.get(agent_id)
        for session in await self._store.sessions_of("agent", agent_id):
            await self.remove_session(session.id)
        await self._agents.remove(agent_id)

    # Sessions.

    async def create_session(
        self,
        *,
        title: str = "",
        config: AgentConfig | None = None,
        folder_id: str | None = None,
        kind: SessionKind = "chat",
        agent_id: str | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> Session:
        """Create a chat, or a session of an app; without a config it takes the agent's, or that of the settings."""
        if config is None and agent_id is not None:
            config = (await self._agents.get(agent_id)).config
        now = time.time()
        session = Session(
            id=str(uuid4()),
            title=title,
            config=config or self._default_config(),
            folder_id=folder_id,
            created_at=now,
            updated_at=now,
            kind=kind,
            agent_id=agent_id,
            metadata=dict(metadata or {}),
        )
        await self._store.add_session(session)
        self._tell_changed(session)
        return session

    async def sessions(self, kind: SessionKind, *, agent_id: str | None = None) -> tuple[Session, ...]:
        """Return the sessions of a kind (and agent), newest first."""
        return await self._store.sessions_of(kind, agent_id)

    async def describe_session(self, session_id: str, metadata: Mapping[str, str]) -> Session:
        """Replace what an app keeps with a session."""
        return await self._store.change_session(
            session_id, metadata=msgspec.json.encode(dict(metadata)).decode(), updated_at=time.time()
        )

    async def remove_session(self, session_id: str) -> None:
        """Delete a session for good; a running turn is stopped."""
        session = await self._store.session(session_id)
        for running in list(self._running.values()):
            if running.turn.session_id == session_id:
                await running.cancel()
        await self._store.remove_sessions([session_id])
        self._tell_changed(session)

    async def get_session(self, session_id: str) -> Session:
        """Return a session; raises NotFound."""
        return await self._store.session(session_id)

    async def configure_session(self, session_id: str, config: AgentConfig) -> Session:
        """Change model, system prompt or sampling of a session."""
        session = await self._store.change_session(session_id, config=msgspec.json.encode(config).decode())
        self._tell_changed(session)
        return session

    # Turns.

    async def start_turn(
        self,
        session_id: str,
        asked: str | tuple[Message, ...],
        *,
        parent_id: str | Literal["active"] | None = "active",
        attachments: tuple[Attachment, ...] = (),
        config: AgentConfig | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> Turn:
        """Store the message and start answering; returns at once. See the facade for the rules."""
        messages = messages_of(asked)
        session = await self._store.session(session_id)
        self._require_shields(config or session.config)
        parent = session.active_turn_id if parent_id == "active" else parent_id
        if parent is not None and (await self._store.turn(parent)).session_id != session_id:
            raise InvalidRequest("That turn belongs to another chat.", param="parent_id")
        turn = new_turn(session_id, parent, messages, attachments, config, metadata)
        return await self._start(session, turn)

    async def add_messages(self, session_id: str, messages: tuple[Message, ...]) -> Turn:
        """Add messages to a session's shown branch without an answer."""
        session = await self._store.session(session_id)
        self._refuse_while_running(session, session.active_turn_id)
        turn = new_turn(session_id, session.active_turn_id, messages_of(messages))
        turn = msgspec.structs.replace(turn, state="completed", completed_at=turn.started_at)
        await self._store.add_turn(turn)
        self._tell_changed(session)
        return await self._store.turn(turn.id)

    async def resume_turn(self, turn_id: str, results: tuple[ToolResult, ...]) -> Turn:
        """Go on with a turn that awaits the results of its calls; returns at once."""
        turn = await self._store.turn(turn_id)
        session = await self._store.session(turn.session_id)
        self._refuse_while_running(session, turn_id)
        step = execution_of(turn, results)
        config = await self._resolved(turn.config or session.config)
        reopened = msgspec.structs.replace(turn, steps=(*turn.steps, step), state="running", output=None)
        running = self._running[turn_id] = RunningTurn(reopened, _origin(session))
        try:
            past = await self._store.path(turn.parent_id, HISTORY_TURNS)
            await self._store.reopen_turn(turn_id, step)
        except BaseException:
            del self._running[turn_id]
            raise
        asked = TurnRun(reopened, past, config, _origin(session))
        self._run_as_task(running, session, asked, self._loop.resume(asked))
        return await self._store.turn(turn_id)

    async def ask(
        self,
        asked: str | tuple[Message, ...],
        config: AgentConfig | None = None,
        *,
        after: str | None = None,
        origin: Origin = "chat",
    ) -> AsyncIterator[TurnEvent]:
        """Answer once, without a session; nothing is stored. Leaving the iterator early ends the answer."""
        messages = messages_of(asked)
        resolved = await self._resolved(config or self._default_config())
        self._require_shields(resolved)
        past = await self._store.path(after, HISTORY_TURNS)
        turn = new_turn("", after, messages, config=config)
        with span("agents.turn", turn_id=turn.id, model=resolved.model or ""):
            async with closing(self._unstored.run(TurnRun(turn, past, resolved, origin))) as events:
                async for event in events:
                    yield event

    async def regenerate_turn(self, turn_id: str) -> Turn:
        """Answer the same message again as a sibling turn."""
        turn = await self._store.turn(turn_id)
        again = new_turn(turn.session_id, turn.parent_id, turn.input, turn.attachments, turn.config, turn.metadata)
        return await self._start(await self._store.session(turn.session_id), again)

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
        async with closing(running.watch()) as events:
            async for event in events:
                yield event

    async def cancel_turn(self, turn_id: str) -> Turn:
        """Stop a running turn, keep what it has said, and return it."""
        running = self._running.get(turn_id)
        if running is not None:
            await running.cancel()
        return await self._store.turn(turn_id)

    async def select_turn(self, turn_id: str) -> Session:
        """Show the branch through this turn (its most recent leaf)."""
        turn = await self._store.turn(turn_id)
        leaf = await self._store.newest_leaf(turn_id)
        session = await self._store.change_session(turn.session_id, active_turn_id=leaf)
        self._publish(SessionsChanged((session.id,)))
        return session

    async def turn(self, turn_id: str) -> Turn:
        """Return a turn; raises NotFound."""
        return await self._store.turn(turn_id)

    async def turns(self, session_id: str) -> tuple[Turn, ...]:
        """Return all turns of a session, every branch, in the order they were made."""
        return await self._store.turns(session_id)

    async def branch(self, turn_id: str) -> tuple[Turn, ...]:
        """Return the turns that led to a turn, and itself, oldest first."""
        return await self._store.path(turn_id, HISTORY_TURNS)

    async def latest_turns(self, kind: SessionKind, *, before: str | None = None, limit: int = 100) -> tuple[Turn, ...]:
        """Return turns of all sessions of a kind, newest first, from the one before the turn `before`."""
        return await self._store.latest_turns(kind, before, limit)

    async def remove_turn(self, turn_id: str) -> None:
        """Delete a turn for good; those after it follow the one before it."""
        turn = await self.cancel_turn(turn_id)
        await self._store.remove_turn(turn)

    async def kept(self) -> Kept:
        """Return how much is kept for apps."""
        return await self._store.kept()

    async def forget(self) -> Kept:
        """Delete all that is kept for apps, for good; running turns are stopped."""
        kept = await self._store.kept()
        for running in list(self._running.values()):
            if running.origin == "agent":
                await running.cancel()
        await self._store.forget()
        return kept

    async def running_turns(self) -> tuple[Turn, ...]:
        """Return the turns that run now."""
        return tuple(running.turn for running in self._running.values() if not running.ended)

    async def _start(self, session: Session, turn: Turn) -> Turn:
        self._refuse_while_running(session, turn.parent_id)
        running = self._running[turn.id] = RunningTurn(turn, _origin(session))
        try:
            config = await self._resolved(turn.config or session.config)
            past = await self._store.path(turn.parent_id, HISTORY_TURNS)
            await self._store.add_turn(turn)
            if not session.title:
                await self._store.change_session(session.id, title=title_of(turn.input))
        except BaseException:
            del self._running[turn.id]
            raise
        asked = TurnRun(turn, past, config, _origin(session))
        self._run_as_task(running, session, asked, self._loop.run(asked))
        return await self._store.turn(turn.id)

    def _refuse_while_running(self, session: Session, parent_id: str | None) -> None:
        """Raise Conflict where one thing must end before the next; responses may branch beside each other."""
        for running in self._running.values():
            same = running.turn.session_id == session.id
            if same and not running.ended and (session.kind != "response" or running.turn.id == parent_id):
                raise Conflict("This chat is still answering.", hint="Stop the answer first, or wait for it.")

    def _run_as_task(
        self, running: RunningTurn, session: Session, asked: TurnRun, events: AsyncIterator[TurnEvent]
    ) -> None:
        self._tell_changed(session)
        self._tell_ran(session, running.turn.id, True)
        work = self._run(running, session, asked, events)
        running.task = asyncio.create_task(work, name=f"turn {running.turn.id}")

    async def _run(
        self, running: RunningTurn, session: Session, asked: TurnRun, events: AsyncIterator[TurnEvent]
    ) -> None:
        turn = running.turn
        try:
            with span("agents.turn", session_id=turn.session_id, turn_id=turn.id, model=asked.config.model or ""):
                async with closing(events):
                    async for event in events:
                        await running.add(event)
        except asyncio.CancelledError:
            await self._settle(running, asked, "cancelled")
        except Exception as error:  # a border: whoever watches the turn must hear its end
            failure = Failure(
                code="internal_error", message=f"{type(error).__name__}: {error}", hint="Please report it."
            )
            await self._settle(running, asked, "failed", failure)
        finally:
            if self._running.get(turn.id) is running:  # who heard its end may have resumed it by now
                del self._running[turn.id]
            self._tell_ran(session, turn.id, False)
            self._tell_changed(session)

    async def _settle(
        self, running: RunningTurn, asked: TurnRun, state: TurnState, failure: Failure | None = None
    ) -> None:
        """Bring a turn that was broken off to its end; one that had come to it stays as it was."""
        events: list[TurnEvent] = [] if running.told else [TurnCompleted(running.turn)]
        if not running.ended:
            run = TurnRun(running.turn, asked.past, asked.config, asked.origin)
            events = await self._loop.settle(run, running.open_step, state, failure)
        for event in events:
            await running.add(event)

    def _tell_changed(self, session: Session) -> None:
        """Tell those who show chats; what apps do is none."""
        if session.kind == "chat":
            self._publish(SessionsChanged((session.id,)))

    def _tell_ran(self, session: Session, turn_id: str, running: bool) -> None:
        if session.kind == "chat":
            self._publish(TurnRan(session.id, turn_id, running))

    def _require_shields(self, config: AgentConfig) -> None:
        if self._shielding is not None:
            self._shielding.require(config)

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


def _origin(session: Session) -> Origin:
    return "chat" if session.kind == "chat" else "agent"
