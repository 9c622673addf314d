"""/v1/agents and /v1alpha/agents: Llama Stack's classic agents. Must not know their sessions.

Agents name the shields that must run in addition to the person's policy, and the banks that are looked into.
"""

from __future__ import annotations

from typing import Any

import msgspec
from fastapi import APIRouter, Request

from app.engine.domain.agents import Agent, AgentConfig
from app.engine.facade import Engine
from app.engine.http.native_agents_wire import AgentBody
from app.engine.http.native_config import config_body, config_of
from app.engine.http.native_turns import moment
from app.engine.http.paging import ALL, Most, Start, numbered_page


def router(engine: Engine) -> APIRouter:
    """Return the routes of one engine."""
    routes = APIRouter(tags=["agents"])

    @routes.post("/agents", summary="Keep a way of answering")
    async def create_agent(body: AgentBody) -> dict[str, Any]:
        config = await known_banks(engine, config_of(body.agent_config))
        agent = await engine.agents.create_agent(config, name=body.agent_config.name or "")
        return {"agent_id": agent.id}

    @routes.get("/agents", summary="List agents")
    async def list_agents(request: Request, start_index: Start = 0, limit: Most = ALL) -> dict[str, Any]:
        shaped = [_agent_body(agent) for agent in await engine.agents.agents()]
        return numbered_page(request, shaped, start_index, limit)

    @routes.get("/agents/{agent_id}", summary="Describe an agent")
    async def get_agent(agent_id: str) -> dict[str, Any]:
        return _agent_body(await engine.agents.agent(agent_id))

    @routes.delete("/agents/{agent_id}", summary="Delete an agent with its sessions")
    async def delete_agent(agent_id: str) -> None:
        await engine.agents.remove_agent(agent_id)

    return routes


async def known_banks(engine: Engine, config: AgentConfig) -> AgentConfig:
    """Return the configuration with the ids of its banks; raises BankNotFound."""
    banks = [(await engine.memory.bank(each)).id for each in config.banks]
    return msgspec.structs.replace(config, banks=tuple(dict.fromkeys(banks)))


def _agent_body(agent: Agent) -> dict[str, Any]:
    return {"agent_id": agent.id, "agent_config": config_body(agent), "created_at": moment(agent.created_at)}
