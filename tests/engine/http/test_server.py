"""Listening, and letting go."""

from __future__ import annotations

import asyncio
import socket

import httpx
import pytest

from app.engine.domain.errors import Conflict
from app.engine.http.application import create_application
from app.engine.http.server import HttpServer, listen
from tests.fakes.serving import chat_body, listening, open_access

LIMIT = 10.0  # guards against a hang


async def test_a_request_over_a_real_connection(engine) -> None:
    async with listening(engine) as url, httpx.AsyncClient(base_url=url) as client:
        answer = await client.get("/v1/health")
        assert answer.json() == {"status": "OK"}
        assert "server" not in answer.headers


def test_a_taken_port_is_a_conflict_that_says_what_to_do() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Conflict, match=str(port)) as refused:
            listen("127.0.0.1", port)
    assert refused.value.code == "port_in_use"
    assert "Settings" in refused.value.hint


def test_an_address_of_another_machine_is_a_conflict() -> None:
    with pytest.raises(Conflict, match=r"192\.0\.2\.1"):
        listen("192.0.2.1", 0)


async def test_the_port_is_told_and_free_after_the_stop(engine) -> None:
    listener = listen("127.0.0.1", 0)
    server = HttpServer(create_application(engine, open_access()), listener, 1)
    port = server.port
    assert port > 0
    await server.start()
    await server.stop()
    listen("127.0.0.1", port).close()


async def test_what_does_not_end_is_ended_at_the_stop(engine) -> None:
    engine.inference.gate.clear()
    async with asyncio.timeout(LIMIT), httpx.AsyncClient() as client:
        async with listening(engine) as url:
            call = asyncio.create_task(client.post(f"{url}/v1/chat/completions", json=chat_body()))
            await engine.inference.held.wait()
        with pytest.raises(httpx.HTTPError):
            (await call).raise_for_status()
    assert engine.inference.running == 0


async def test_what_ends_in_time_is_answered_at_the_stop(engine) -> None:
    engine.inference.gate.clear()
    listener = listen("127.0.0.1", 0)
    port = listener.getsockname()[1]
    access = open_access(hosts=frozenset({f"127.0.0.1:{port}"}))
    server = HttpServer(create_application(engine, access), listener, 5)
    await server.start()
    async with asyncio.timeout(LIMIT), httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        call = asyncio.create_task(client.post("/v1/chat/completions", json=chat_body()))
        await engine.inference.held.wait()
        stopping = asyncio.create_task(server.stop())
        engine.inference.gate.set()
        assert (await call).status_code == 200
        await stopping
