"""Server-sent events: what is sent, how a failure in the middle reads, and that a client that leaves ends the work."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.engine.domain.errors import Busy, ModelHostDied
from app.engine.http.streaming import Disconnected, event_stream, sse_line, unless_disconnected
from tests.fakes.waiting import soon


async def chunks(*items: dict[str, Any] | Exception) -> AsyncIterator[dict[str, Any]]:
    for item in items:
        if isinstance(item, Exception):
            raise item
        yield item


async def body(*items: dict[str, Any] | Exception) -> list[str]:
    response = await event_stream(chunks(*items))
    assert response.media_type == "text/event-stream"
    assert response.headers["cache-control"] == "no-cache"
    return [str(part) async for part in response.body_iterator]


def test_a_line() -> None:
    assert sse_line({"a": "ö\n"}) == 'data: {"a":"ö\\n"}\n\n'


async def test_chunks_are_lines_without_an_end_mark() -> None:
    assert await body({"n": 1}, {"n": 2}) == ['data: {"n":1}\n\n', 'data: {"n":2}\n\n']
    assert await body() == []


async def test_a_failure_before_the_first_chunk_is_raised() -> None:
    with pytest.raises(Busy):
        await event_stream(chunks(Busy("full")))


async def test_a_failure_in_the_middle_is_a_line_of_its_own() -> None:
    *_, last = await body({"n": 1}, ModelHostDied("The process died."))
    error = json.loads(last.removeprefix("data: "))["error"]
    assert error["code"] == "model_host_died"
    assert "The process died." in error["message"]


class Caller:
    """A request whose client leaves when told."""

    def __init__(self) -> None:
        self.gone = asyncio.Event()

    async def receive(self) -> dict[str, str]:
        await self.gone.wait()
        return {"type": "http.disconnect"}


async def test_work_that_ends_first_is_returned_or_raised() -> None:
    async def work() -> int:
        return 42

    async def fail() -> int:
        raise Busy("full")

    assert await unless_disconnected(Caller(), work()) == 42  # type: ignore[arg-type]
    with pytest.raises(Busy):
        await unless_disconnected(Caller(), fail())  # type: ignore[arg-type]


async def test_a_client_that_leaves_cancels_the_work() -> None:
    caller = Caller()
    state = ["new"]

    async def work() -> None:
        state[0] = "running"
        try:
            await asyncio.Event().wait()
        finally:
            state[0] = "ended"

    asking = asyncio.create_task(unless_disconnected(caller, work()))  # type: ignore[arg-type]
    await soon(lambda: state[0] == "running")
    caller.gone.set()
    with pytest.raises(Disconnected):
        await asking
    assert state[0] == "ended"
