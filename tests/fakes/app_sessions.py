"""Sessions of apps in memory, for tests that send whatever can be sent: no turn is ever answered in them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import msgspec

from app.engine.domain.agents import Session, Turn
from app.engine.domain.errors import NotFound
from app.engine.domain.inference import Message
from tests.fakes.app_agents import AppAgents


class AppSessions(AppAgents):
    """Keeps sessions and messages that were added to them."""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self.sessions: dict[str, Session] = {}
        self.turns: dict[str, Turn] = {}

    async def create_session(self, *, kind: Any = "chat", metadata: Any = None, **_fields: Any) -> Session:
        session = Session(id=str(uuid4()), title="", kind=kind, metadata=dict(metadata or {}))
        self.sessions[session.id] = session
        return session

    async def get_session(self, session_id: str) -> Session:
        if session_id not in self.sessions:
            raise NotFound("This chat does not exist.")
        return self.sessions[session_id]

    async def describe_session(self, session_id: str, metadata: Any) -> Session:
        self.sessions[session_id] = msgspec.structs.replace(self.sessions[session_id], metadata=dict(metadata))
        return self.sessions[session_id]

    async def remove_session(self, session_id: str) -> None:
        del self.sessions[session_id]

    async def add_messages(self, session_id: str, messages: tuple[Message, ...]) -> Turn:
        parent = self.sessions[session_id].active_turn_id
        turn = Turn(id=str(uuid4()), session_id=session_id, parent_id=parent, input=messages, state="completed")
        self.turns[turn.id] = turn
        self.sessions[session_id] = msgspec.structs.replace(self.sessions[session_id], active_turn_id=turn.id)
        return turn

    async def branch(self, turn_id: str) -> tuple[Turn, ...]:
        turn = self.turns[turn_id]
        before = await self.branch(turn.parent_id) if turn.parent_id else ()
        return (*before, turn)

    async def turn(self, turn_id: str) -> Turn:
        if turn_id not in self.turns:
            raise NotFound("That turn does not exist.")
        return self.turns[turn_id]

    async def latest_turns(self, _kind: str, **_page: Any) -> tuple[Turn, ...]:
        return ()
