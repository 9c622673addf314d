"""POST …/turn and …/turn/{turn_id}/resume of Llama Stack's classic agents: a turn runs while its client listens.

Must not shape anything itself. A client that goes away ends its turn; what the turn had said is kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from app.engine.domain.agents import Turn, TurnCompleted, TurnEvent
from app.engine.domain.errors import BugError
from app.engine.facade import Engine
from app.engine.http.errors import error_of
from app.engine.http.native_agents import known_banks
from app.engine.http.native_agents_wire import ResumeBody, TurnBody
from app.engine.http.native_config import turn_config
from app.engine.http.native_events import stream_objects
from app.engine.http.native_messages import messages_of, results_of
from app.engine.http.native_sessions import session_of, turn_of
from app.engine.http.native_turns import Dialect, turn_body
from app.engine.http.streaming import Disconnected, event_stream, unless_disconnected
from app.engine.runtime.streams import closing


def router(engine: Engine, dialect: Dialect = "0.2") -> APIRouter:
    """Return the routes of one engine."""
    routes = APIRouter(tags=["agents"])
    answers = Answers(engine, dialect)

    @routes.post("/agents/{agent_id}/session/{session_id}/turn", summary="Ask an agent")
    async def create_turn(agent_id: str, session_id: str, body: TurnBody, request: Request) -> Response:
        session = await session_of(engine, agent_id, session_id)
        config = turn_config(session.config, body)
        if config is not None:
            config = await known_banks(engine, config)
        turn = await engine.agents.start_turn(session.id, messages_of(body), config=config)
        return await answers.respond(request, turn, stream=bool(body.stream))

    @routes.post(
        "/agents/{agent_id}/session/{session_id}/turn/{turn_id}/resume", summary="Go on with the results of calls"
    )
    async def resume_turn(agent_id: str, session_id: str, turn_id: str, body: ResumeBody, request: Request) -> Response:
        turn = await turn_of(engine, agent_id, session_id, turn_id)
        turn = await engine.agents.resume_turn(turn.id, results_of(body.tool_responses))
        return await answers.respond(request, turn, stream=bool(body.stream))

    return routes


class Answers:
    """Tells clients how their turns go."""

    def __init__(self, engine: Engine, dialect: Dialect) -> None:
        self._engine = engine
        self._dialect: Dialect = dialect
        self._ending: set[asyncio.Task[Turn]] = set()

    async def respond(self, request: Request, turn: Turn, *, stream: bool) -> Response:
        """Answer with the events of a running turn, or with the turn when it is over; raises what it failed of."""
        try:
            if stream:
                return await event_stream(request, self._objects(turn))
            ended = await unless_disconnected(request, self._ended(turn))
        except Disconnected:
            return Response(status_code=499)
        if ended.state == "failed":
            raise error_of(ended.failure)
        return JSONResponse(turn_body(ended, self._dialect))

    async def _objects(self, turn: Turn) -> AsyncIterator[dict[str, Any]]:
        async with closing(self._watched(turn)) as events:
            async for event in events:
                for each in stream_objects(event, self._dialect):
                    yield each

    async def _ended(self, turn: Turn) -> Turn:
        async with closing(self._watched(turn)) as events:
            async for event in events:
                if isinstance(event, TurnCompleted):
                    return event.turn
        raise BugError("A turn ended without its last event.")

    async def _watched(self, turn: Turn) -> AsyncIterator[TurnEvent]:
        """Yield a turn's events; leaving early stops it."""
        over = False
        try:
            async with closing(self._engine.agents.watch_turn(turn.id)) as events:
                async for event in events:
                    over = isinstance(event, TurnCompleted)
                    yield event
        finally:
            if not over:
                self._stop(turn)

    def _stop(self, turn: Turn) -> None:
        # Not awaited: who is left early has been cancelled, and would be again at the next await.
        task = asyncio.get_running_loop().create_task(self._engine.agents.cancel_turn(turn.id), name="leave a turn")
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)
