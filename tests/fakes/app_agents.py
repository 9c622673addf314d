"""Agents that apps keep, in memory: enough for calls that know no id. Tests of turns use the real service."""

from __future__ import annotations

from typing import Any

from app.engine.domain.agents import Agent, AgentConfig
from app.engine.domain.errors import NotFound
from tests.fakes.agents import FakeAgents


class AppAgents(FakeAgents):
    """Keeps agents; their sessions are not asked for."""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self.kept: dict[str, Agent] = {}

    async def create_agent(self, config: AgentConfig, *, name: str = "") -> Agent:
        agent = Agent(id=f"agent-{len(self.kept)}", config=config, name=name, created_at=1_700_000_000.0)
        self.kept[agent.id] = agent
        return agent

    async def agents(self) -> tuple[Agent, ...]:
        return tuple(reversed(self.kept.values()))

    async def agent(self, agent_id: str) -> Agent:
        if agent_id not in self.kept:
            raise NotFound("That agent does not exist.")
        return self.kept[agent_id]

    async def remove_agent(self, agent_id: str) -> None:
        await self.agent(agent_id)
        del self.kept[agent_id]
