"""The agents capability: sessions and their turns, those of the person and those of apps. Signatures only."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Literal, Protocol

from app.engine.domain.agents import (
    Agent,
    AgentConfig,
    Attachment,
    Kept,
    Session,
    SessionKind,
    ToolResult,
    Turn,
    TurnEvent,
)
from app.engine.domain.inference import Message
from app.engine.domain.safety import Origin


class Agents(Protocol):
    """Sessions and their turns. A running turn belongs to the engine: watchers may come and go."""

    async def create_agent(self, config: AgentConfig, *, name: str = "") -> Agent:
        """Keep a way of answering; raises NotFound when it names a shield nobody knows."""
        ...

    async def agents(self) -> tuple[Agent, ...]:
        """Return all agents, newest first."""
        ...

    async def agent(self, agent_id: str) -> Agent:
        """Return an agent; raises NotFound."""
        ...

    async def remove_agent(self, agent_id: str) -> None:
        """Delete an agent with its sessions; running turns are stopped."""
        ...

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
        ...

    async def get_session(self, session_id: str) -> Session:
        """Return a session; raises NotFound."""
        ...

    async def sessions(self, kind: SessionKind, *, agent_id: str | None = None) -> tuple[Session, ...]:
        """Return the sessions of a kind (and agent), newest first."""
        ...

    async def configure_session(self, session_id: str, config: AgentConfig) -> Session:
        """Change model, system prompt or sampling of a session."""
        ...

    async def describe_session(self, session_id: str, metadata: Mapping[str, str]) -> Session:
        """Replace what an app keeps with a session."""
        ...

    async def remove_session(self, session_id: str) -> None:
        """Delete a session for good; a running turn is stopped. Chats are deleted by `History.delete`."""
        ...

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
        """Store the message and start answering; returns at once. The turn becomes the active leaf.

        `parent_id` "active" continues the shown branch, a turn id (or None for the root) branches there.
        `attachments` are files of the chat's own bank: whole in the prompt where they fit, searched otherwise.
        `config` is for this turn alone. Messages of the role "tool" are judged as what tools bring in.
        Raises Conflict while another turn of the session (of a response: the turn before it) runs, and NotFound for a
        shield nobody knows.
        """
        ...

    async def add_messages(self, session_id: str, messages: tuple[Message, ...]) -> Turn:
        """Add messages to a session's shown branch without an answer."""
        ...

    async def resume_turn(self, turn_id: str, results: tuple[ToolResult, ...]) -> Turn:
        """Go on with a turn that awaits the results of its calls; returns at once.

        Raises InvalidRequest unless there is a result for every open call and none besides.
        """
        ...

    def ask(
        self,
        asked: str | tuple[Message, ...],
        config: AgentConfig | None = None,
        *,
        after: str | None = None,
        origin: Origin = "chat",
    ) -> AsyncIterator[TurnEvent]:
        """Answer once, without a session: nothing is stored, but shields look as they do at every turn.

        `after` is the turn the conversation so far ends with, `origin` who asks, for the log of the shields. Leaving
        the iterator early ends the answer.
        """
        ...

    async def regenerate_turn(self, turn_id: str) -> Turn:
        """Answer the same message again as a sibling turn."""
        ...

    async def edit_turn(self, turn_id: str, text: str) -> Turn:
        """Answer a changed message as a sibling turn."""
        ...

    def watch_turn(self, turn_id: str) -> AsyncIterator[TurnEvent]:
        """Yield the turn's events from its start, ending with TurnCompleted; ends at once for a finished turn."""
        ...

    async def cancel_turn(self, turn_id: str) -> Turn:
        """Stop a running turn, keep what it has said, and return it."""
        ...

    async def select_turn(self, turn_id: str) -> Session:
        """Show the branch through this turn (its most recent leaf)."""
        ...

    async def turn(self, turn_id: str) -> Turn:
        """Return a turn; raises NotFound."""
        ...

    async def turns(self, session_id: str) -> tuple[Turn, ...]:
        """Return all turns of a session, every branch, in the order they were made."""
        ...

    async def branch(self, turn_id: str) -> tuple[Turn, ...]:
        """Return the turns that led to a turn, and itself, oldest first."""
        ...

    async def latest_turns(self, kind: SessionKind, *, before: str | None = None, limit: int = 100) -> tuple[Turn, ...]:
        """Return turns of all sessions of a kind, newest first, from the one before the turn `before`."""
        ...

    async def remove_turn(self, turn_id: str) -> None:
        """Delete a turn for good; those after it follow the one before it. A running one is stopped."""
        ...

    async def kept(self) -> Kept:
        """Return how much is kept for apps; the person's chats are not among it."""
        ...

    async def forget(self) -> Kept:
        """Delete all that is kept for apps, for good; running turns are stopped. Returns what there was."""
        ...

    async def running_turns(self) -> tuple[Turn, ...]:
        """Return the turns that run now."""
        ...
