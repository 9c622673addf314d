"""/v1/responses: OpenAI's Responses over the turns of the engine. Must not run, judge or look up anything itself.

What is asked in the background goes on when its app goes away; everything else stops then.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from app.engine.domain.agents import Turn
from app.engine.facade import Engine
from app.engine.http.including import RESULTS, WantsResults
from app.engine.http.paging import Cursor, Limit, Order, cut, page_body
from app.engine.http.response_bodies import response_body
from app.engine.http.response_items import input_items
from app.engine.http.response_lists import listed
from app.engine.http.response_streams import replayed, streamed
from app.engine.http.response_turns import (
    asked_of,
    documents_of,
    last_turn,
    response_turn,
    start,
    stored_events,
    unstored_events,
)
from app.engine.http.responses_wire import ResponseBody
from app.engine.http.streaming import Disconnected, event_stream, unless_disconnected


def router(engine: Engine) -> APIRouter:
    """Return the routes of one engine."""
    routes = APIRouter(tags=["responses"])

    @routes.post("/responses", summary="Answer, with functions, memory and a past")
    async def create_response(body: ResponseBody, request: Request) -> Response:
        try:
            return await _answer(engine, body, request)
        except Disconnected:
            return Response(status_code=499)

    @routes.get("/responses", summary="List responses")
    async def list_responses(
        limit: Limit = 20, order: Order = "desc", after: Cursor = None, model: Cursor = None
    ) -> dict[str, Any]:
        turns, has_more = await listed(engine, limit=limit, order=order, after=after, model=model)
        # Llama Stack's clients read from a list what was asked, too.
        bodies = [{**await _body(engine, turn), "input": input_items(turn.input, turn.id)} for turn in turns]
        return page_body(bodies, has_more=has_more)

    @routes.get("/responses/{response_id}", summary="Return a response, or watch it")
    async def get_response(
        response_id: str,
        request: Request,
        results: WantsResults,
        stream: bool = False,
        starting_after: Annotated[int | None, Query(ge=0)] = None,
        include_obfuscation: bool | None = None,
    ) -> Response:
        turn = await response_turn(engine, response_id)
        if not stream:
            return JSONResponse(await _body(engine, turn, results=results))
        events = streamed(engine, engine.agents.watch_turn(turn.id), results=results)
        return await _streaming(request, replayed(events, starting_after))

    @routes.delete("/responses/{response_id}", summary="Delete a response")
    async def delete_response(response_id: str) -> dict[str, Any]:
        turn = await response_turn(engine, response_id)
        await engine.agents.remove_turn(turn.id)
        return {"id": response_id, "object": "response", "deleted": True}

    @routes.post("/responses/{response_id}/cancel", summary="Stop a response")
    async def cancel_response(response_id: str) -> dict[str, Any]:
        turn = await response_turn(engine, response_id)
        return await _body(engine, await engine.agents.cancel_turn(turn.id))

    @routes.get("/responses/{response_id}/input_items", summary="List what a response was asked")
    async def list_input_items(
        response_id: str,
        _results: WantsResults,
        limit: Limit = 20,
        order: Order = "desc",
        after: Cursor = None,
        before: Cursor = None,
    ) -> dict[str, Any]:
        turn = await response_turn(engine, response_id)
        items = input_items(turn.input, turn.id)
        items = items if order == "asc" else items[::-1]
        some, has_more = cut(items, lambda item: str(item["id"]), limit=limit, after=after, before=before)
        return page_body(some, has_more=has_more)

    return routes


async def _answer(engine: Engine, body: ResponseBody, request: Request) -> Response:
    results = RESULTS in (body.include or ())
    asked = await asked_of(engine, body)
    if body.background:
        turn = await start(engine, asked)
        if not body.stream:
            return JSONResponse(await _body(engine, turn, results=results))
        return await _streaming(request, streamed(engine, engine.agents.watch_turn(turn.id), results=results))
    events = unstored_events(engine, asked) if body.store is False else stored_events(engine, asked)
    if body.stream:
        return await event_stream(request, streamed(engine, events, results=results, hold=True))
    turn = await unless_disconnected(request, last_turn(events))
    return JSONResponse(await _body(engine, turn, results=results))


async def _streaming(request: Request, events: AsyncIterator[dict[str, Any]]) -> Response:
    try:
        return await event_stream(request, events)
    except Disconnected:
        return Response(status_code=499)


async def _body(engine: Engine, turn: Turn, *, results: bool = False) -> dict[str, Any]:
    return response_body(turn, await documents_of(engine, turn.sources()), results=results)
