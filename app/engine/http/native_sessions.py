"""Sessions, turns and steps of Llama Stack's classic agents, read back. Must not run a turn.

What belongs to another agent, session or turn is not found.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from app.engine.domain.agents import Session, Turn
from app.engine.domain.errors import NotFound
from app.engine.facade import Engine
from app.engine.http.native_agents_wire import SessionBody
from app.engine.http.native_turns import Dialect, session_body, step_body, turn_body
from app.engine.http.paging import ALL, Most, Start, numbered_page

TurnIds = Annotated[list[str] | None, Query()]


def router(engine: Engine, dialect: Dialect = "0.2") -> APIRouter:
    """Return the routes of one engine."""
    routes = APIRouter(tags=["agents"])

    @routes.post("/agents/{agent_id}/session", summary="Begin a session")
    async def create_session(agent_id: str, body: SessionBody) -> dict[str, Any]:
        agent = await engine.agents.agent(agent_id)
        session = await engine.agents.create_session(title=body.session_name, kind="agent", agent_id=agent.id)
        return {"session_id": session.id}

    @routes.get("/agents/{agent_id}/sessions", summary="List sessions, without their turns")
    async def list_sessions(
        request: Request, agent_id: str, start_index: Start = 0, limit: Most = ALL
    ) -> dict[str, Any]:
        agent = await engine.agents.agent(agent_id)
        sessions = await engine.agents.sessions("agent", agent_id=agent.id)
        return numbered_page(request, [session_body(each, ()) for each in sessions], start_index, limit)

    @routes.get("/agents/{agent_id}/session/{session_id}", summary="Describe a session with its turns")
    async def get_session(agent_id: str, session_id: str, turn_ids: TurnIds = None) -> dict[str, Any]:
        session = await session_of(engine, agent_id, session_id)
        # Clients write several ids with commas between them, or the parameter several times.
        wanted = {each for ids in turn_ids or [] for each in ids.split(",") if each}
        turns = [turn for turn in await engine.agents.turns(session.id) if not wanted or turn.id in wanted]
        return session_body(session, turns, dialect)

    @routes.delete("/agents/{agent_id}/session/{session_id}", summary="Delete a session with its turns")
    async def delete_session(agent_id: str, session_id: str) -> None:
        session = await session_of(engine, agent_id, session_id)
        await engine.agents.remove_session(session.id)

    @routes.get("/agents/{agent_id}/session/{session_id}/turn/{turn_id}", summary="Describe a turn")
    async def get_turn(agent_id: str, session_id: str, turn_id: str) -> dict[str, Any]:
        return turn_body(await turn_of(engine, agent_id, session_id, turn_id), dialect)

    @routes.get("/agents/{agent_id}/session/{session_id}/turn/{turn_id}/step/{step_id}", summary="Describe a step")
    async def get_step(agent_id: str, session_id: str, turn_id: str, step_id: str) -> dict[str, Any]:
        turn = await turn_of(engine, agent_id, session_id, turn_id)
        for step in turn.steps:
            if step.id == step_id:
                return {"step": step_body(step, dialect)}
        raise NotFound(f"The turn has no step “{step_id}”.", param="step_id")

    return routes


async def session_of(engine: Engine, agent_id: str, session_id: str) -> Session:
    """Return a session of an agent; raises NotFound for those of others."""
    agent = await engine.agents.agent(agent_id)
    session = await engine.agents.get_session(session_id)
    if session.kind != "agent" or session.agent_id != agent.id:
        raise NotFound(f"The agent has no session “{session_id}”.", param="session_id")
    return session


async def turn_of(engine: Engine, agent_id: str, session_id: str, turn_id: str) -> Turn:
    """Return a turn of a session of an agent; raises NotFound for those of others."""
    session = await session_of(engine, agent_id, session_id)
    turn = await engine.agents.turn(turn_id)
    if turn.session_id != session.id:
        raise NotFound(f"The session has no turn “{turn_id}”.", param="turn_id")
    return turn
