"""Server-sent events and disconnects. Must not know what is streamed.

Llama Stack writes bare `data: {json}` lines without an end mark, and so does this: its clients before 0.7 crash on
`[DONE]`, OpenAI's do not need it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable
from typing import Any, TypeVar

from fastapi import Request
from fastapi.responses import StreamingResponse

from app.engine.domain.errors import PaddockError
from app.engine.http.errors import body_of
from app.engine.runtime.streams import closing

T = TypeVar("T")


class Disconnected(Exception):
    """The client went away before the answer was ready; nobody will read a response."""


def sse_line(chunk: dict[str, Any]) -> str:
    """Return one event."""
    return f"data: {json.dumps(chunk, ensure_ascii=False, separators=(',', ':'))}\n\n"


async def event_stream(request: Request, chunks: AsyncIterator[dict[str, Any]]) -> StreamingResponse:
    """Answer with a stream; a failure before its first chunk is raised, so that it becomes a status.

    The first chunk may have to wait for a place in the queue: raises Disconnected when the client goes away by then.
    """
    first = await unless_disconnected(request, anext(chunks, None))

    async def lines() -> AsyncIterator[str]:
        async with closing(chunks) as rest:
            try:
                if first is not None:
                    yield sse_line(first)
                async for chunk in rest:
                    yield sse_line(chunk)
            except PaddockError as error:
                yield sse_line(body_of(error))

    return StreamingResponse(lines(), media_type="text/event-stream", headers={"Cache-Control": "no-cache"})


async def unless_disconnected(request: Request, work: Awaitable[T]) -> T:
    """Await `work`, cancelling it when the client goes away; raises Disconnected then."""
    task = asyncio.ensure_future(work)
    gone = asyncio.create_task(_disconnect(request))
    try:
        await asyncio.wait([task, gone], return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise Disconnected
        return task.result()
    finally:
        for pending in (task, gone):
            pending.cancel()
        await asyncio.wait([task, gone])


async def _disconnect(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
