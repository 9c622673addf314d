"""A real socket on this machine: it answers, stops in time, and says when its port is taken."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator

import httpx
import pytest

from app.engine.domain.errors import Conflict
from app.engine.http.access import host_names
from app.engine.http.application import create_application
from app.engine.http.server import HttpServer, listen
from tests.fakes.chat_model import FakeChatModel
from tests.fakes.http import KEY, OneEngine, access
from tests.fakes.waiting import soon

CHAT = {"model": "tiny", "messages": [{"role": "user", "content": "hi"}], "stream": True}


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_taken_port_is_told_with_its_number(taken: int) -> None:
    with pytest.raises(Conflict, match=str(taken)) as caught:
        listen("127.0.0.1", taken)
    assert caught.value.code == "port_in_use"
    assert caught.value.hint


def test_an_address_that_is_not_ours() -> None:
    with pytest.raises(Conflict):
        listen("203.0.113.7", 0)


def server(engine: OneEngine) -> HttpServer:
    listener = listen("127.0.0.1", 0)
    rules = access(hosts=host_names("127.0.0.1", listener.getsockname()[1]))
    return HttpServer(create_application(engine, rules), listener, 1.0)  # type: ignore[arg-type]


def caller(running: HttpServer) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{running.port}", headers={"Authorization": f"Bearer {KEY}"}, trust_env=False
    )


async def test_it_answers_and_frees_its_port() -> None:
    running = server(OneEngine())
    await running.start()
    async with caller(running) as client:
        assert (await client.get("/v1/health")).json() == {"status": "OK"}
        assert "server" not in (await client.get("/v1/health")).headers
        assert (await client.get("/v1/models")).status_code == 200
    port = running.port
    await running.stop()
    again = listen("127.0.0.1", port)
    again.close()


async def test_a_client_that_hangs_up_ends_the_generation() -> None:
    model = FakeChatModel("a", asyncio.Event())
    running = server(OneEngine(model))
    await running.start()
    async with caller(running) as client, client.stream("POST", "/v1/chat/completions", json=CHAT) as response:
        await anext(response.aiter_lines())
    await soon(lambda: model.closed)
    await running.stop()


async def test_stopping_ends_streams_that_do_not_end() -> None:
    model = FakeChatModel("a", asyncio.Event())
    running = server(OneEngine(model))
    await running.start()
    async with caller(running) as client, client.stream("POST", "/v1/chat/completions", json=CHAT) as response:
        await anext(response.aiter_lines())
        async with asyncio.timeout(20):
            await running.stop()
    await soon(lambda: model.closed)
