"""Agents on disk come back as they were."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from app.engine.domain.agents import Agent, AgentConfig, Retrieval, Session
from app.engine.domain.errors import NotFound
from app.engine.domain.inference import ToolSpec
from app.engine.storage.agents import AgentStore
from app.engine.storage.sessions import SessionStore
from tests.fakes.stores import opened

CONFIG = AgentConfig(
    model="m",
    instructions="Be kind.",
    input_shields=("llama-guard",),
    tools=(ToolSpec(name="get_time", parameters={"type": "object"}),),
    retrieval=Retrieval(limit=3),
)
AGENT = Agent(id="a", config=CONFIG, name="Clerk", created_at=3)


async def test_an_agent_comes_back_as_it_was(tmp_path: Path) -> None:
    async with opened(tmp_path) as database:
        store = AgentStore(database)
        newer = msgspec.structs.replace(AGENT, id="b", created_at=4)
        for agent in (AGENT, newer):
            await store.add(agent)
        assert await store.get("a") == AGENT
        assert await store.all() == (newer, AGENT)


async def test_its_sessions_go_with_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as database:
        store, sessions = AgentStore(database), SessionStore(database)
        await store.add(AGENT)
        await sessions.add_session(Session(id="s", title="", kind="agent", agent_id="a", config=CONFIG))
        assert [each.id for each in await sessions.sessions_of("agent", "a")] == ["s"]
        await store.remove("a")
        assert await sessions.sessions_of("agent") == ()
        with pytest.raises(NotFound):
            await store.get("a")
