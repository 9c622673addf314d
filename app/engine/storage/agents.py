"""Agents that apps keep, on disk. Their sessions go with them. Must not know how an agent answers."""

from __future__ import annotations

from typing import Any

import msgspec

from app.engine.domain.agents import Agent, AgentConfig
from app.engine.domain.errors import NotFound
from app.engine.storage.database import Database


class AgentStore:
    """Reads and writes agents; the table is made with that of the sessions, which refer to it."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def add(self, agent: Agent) -> None:
        """Store a new agent."""
        row = {**msgspec.structs.asdict(agent), "config": msgspec.json.encode(agent.config).decode()}
        await self._db.write(lambda conn: conn.table("agents").insert(row))

    async def all(self) -> tuple[Agent, ...]:
        """Return all agents, newest first."""
        query = "select * from agents order by created_at desc, id"
        return await self._db.read(lambda conn: tuple(_to_agent(row) for row in conn.query(query)))

    async def get(self, agent_id: str) -> Agent:
        """Return an agent; raises NotFound."""
        query = "select * from agents where id = ?"
        rows = await self._db.read(lambda conn: list(conn.query(query, [agent_id])))
        if not rows:
            raise NotFound("That agent does not exist.", hint="It may have been deleted.", param="agent_id")
        return _to_agent(rows[0])

    async def remove(self, agent_id: str) -> None:
        """Delete an agent."""
        await self._db.write(lambda conn: conn.execute("delete from agents where id = ?", [agent_id]))


def _to_agent(row: dict[str, Any]) -> Agent:
    return Agent(**{**row, "config": msgspec.json.decode(row["config"], type=AgentConfig)})
