"""Lists of responses: those of both kinds of sessions in one order. Must not shape a response."""

from __future__ import annotations

from collections.abc import AsyncIterator

from app.engine.domain.agents import SessionKind, Turn
from app.engine.domain.errors import InvalidRequest
from app.engine.facade import Engine
from app.engine.http.agent_ids import response_id
from app.engine.http.paging import Order
from app.engine.http.response_echo import echoed, is_response

PAGE = 100


async def listed(
    engine: Engine, *, limit: int, order: Order, after: str | None, model: str | None
) -> tuple[list[Turn], bool]:
    """Return the responses behind a cursor, and whether there are more.

    Raises InvalidRequest for a cursor that is not in the list.
    """
    behind = after is None
    found: list[Turn] = []
    async for turn in _in_order(engine, order):
        if behind and (model is None or echoed(turn)["model"] == model):
            found.append(turn)
            if len(found) > limit:
                break
        behind = behind or response_id(turn.id) == after
    if not behind:
        raise InvalidRequest(f"There is no “{after}” in the list.", param="after")
    return found[:limit], len(found) > limit


async def _in_order(engine: Engine, order: Order) -> AsyncIterator[Turn]:
    if order == "desc":
        async for turn in _newest(engine):
            yield turn
        return
    for turn in reversed([turn async for turn in _newest(engine)]):
        yield turn


async def _newest(engine: Engine) -> AsyncIterator[Turn]:
    """Yield responses, newest first, wherever they are kept."""
    streams = [_of_kind(engine, "response"), _of_kind(engine, "conversation")]
    heads = [await anext(stream, None) for stream in streams]
    while any(heads):
        _, place = max((turn.started_at, place) for place, turn in enumerate(heads) if turn is not None)
        turn = heads[place]
        assert turn is not None, "the newest of those that are there"
        yield turn
        heads[place] = await anext(streams[place], None)


async def _of_kind(engine: Engine, kind: SessionKind) -> AsyncIterator[Turn]:
    before: str | None = None
    while turns := await engine.agents.latest_turns(kind, before=before, limit=PAGE):
        for turn in turns:
            if is_response(turn):
                yield turn
        before = turns[-1].id
