"""The endpoint comes, moves and goes as the settings say."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from app.engine.domain.errors import Conflict
from app.engine.domain.events import EndpointChanged, NoticeRaised
from app.engine.domain.machine import Endpoint
from app.engine.http.endpoint import OFF, LocalEndpoint, ServeOptions

LIMIT = 10.0  # guards against a hang


class Heard:
    """What the engine told; `next_endpoint` waits for the next change."""

    def __init__(self, engine) -> None:
        self.notices: list[NoticeRaised] = []
        self._changes: asyncio.Queue[Endpoint] = asyncio.Queue()
        engine.events.subscribe(self)

    def __call__(self, event) -> None:
        if isinstance(event, EndpointChanged):
            self._changes.put_nowait(event.endpoint)
        elif isinstance(event, NoticeRaised):
            self.notices.append(event)

    @property
    def quiet(self) -> bool:
        return self._changes.empty()

    async def next_endpoint(self) -> Endpoint:
        return await asyncio.wait_for(self._changes.get(), LIMIT)


@pytest.fixture
def heard(engine) -> Heard:
    return Heard(engine)


@asynccontextmanager
async def opened(engine, **options) -> AsyncIterator[LocalEndpoint]:
    endpoint = LocalEndpoint(engine, ServeOptions(**options))
    try:
        await endpoint.open()
        yield endpoint
    finally:
        await endpoint.close()


async def answers(endpoint: Endpoint, key: str = "") -> int:
    """The status of a call, or 0 when nobody listens."""
    async with httpx.AsyncClient() as client:
        try:
            answer = await client.get(f"{endpoint.url}/v1/models", headers={"x-api-key": key})
        except httpx.ConnectError:
            return 0
        return answer.status_code


@pytest.fixture
def taken_port():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


async def test_the_settings_say_whether_to_listen(engine) -> None:
    await engine.preferences.set({"server_enabled": False})
    async with opened(engine) as endpoint:
        assert endpoint.state == OFF


async def test_it_listens_with_the_key_of_the_preferences(engine) -> None:
    await engine.preferences.set({"server_port": 0})
    async with opened(engine) as endpoint:
        assert endpoint.state.requires_key and endpoint.state.url.startswith("http://127.0.0.1:")
        assert await answers(endpoint.state) == 401
        assert await answers(endpoint.state, engine.preferences.key) == 200
        new = await engine.preferences.renew_api_key()
        assert await answers(endpoint.state, new) == 200
        assert await answers(endpoint.state, "pk-fake-0123456789abcdef") == 401
    assert endpoint.state == OFF


async def test_a_given_key_is_the_only_one(engine) -> None:
    async with opened(engine, serve=True, port=0, api_key="mine") as endpoint:
        assert await answers(endpoint.state, "mine") == 200
        assert await answers(endpoint.state, engine.preferences.key) == 401


async def test_it_follows_off_and_on(engine, heard) -> None:
    await engine.preferences.set({"server_port": 0})
    async with opened(engine) as endpoint:
        before = endpoint.state
        await engine.preferences.set({"server_enabled": False})
        assert await heard.next_endpoint() == OFF == endpoint.state
        assert await answers(before) == 0
        await engine.preferences.set({"server_enabled": True})
        assert await heard.next_endpoint() == endpoint.state
        assert await answers(endpoint.state, engine.preferences.key) == 200


async def test_it_follows_the_port(engine, heard) -> None:
    await engine.preferences.set({"server_port": 0})
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    async with opened(engine) as endpoint:
        before = endpoint.state
        await engine.preferences.set({"server_port": free})
        assert (await heard.next_endpoint()).url == f"http://127.0.0.1:{free}"
        assert await answers(before) == 0
        assert await answers(endpoint.state, engine.preferences.key) == 200


async def test_it_follows_whether_a_key_is_required(engine, heard) -> None:
    await engine.preferences.set({"server_port": 0, "server_require_key": False})
    async with opened(engine) as endpoint:
        assert not endpoint.state.requires_key
        assert await answers(endpoint.state) == 200
        await engine.preferences.set({"server_require_key": True})
        assert (await heard.next_endpoint()).requires_key
        assert await answers(endpoint.state) == 401


async def test_several_changes_end_with_the_last(engine, heard) -> None:
    await engine.preferences.set({"server_port": 0})
    async with opened(engine) as endpoint:
        for enabled in (False, True, False):
            await engine.preferences.set({"server_enabled": enabled})
        for _ in range(3):
            last = await heard.next_endpoint()
        assert last == OFF == endpoint.state


async def test_other_settings_do_not_move_it(engine, heard) -> None:
    await engine.preferences.set({"server_port": 0})
    async with opened(engine) as endpoint:
        before = endpoint.state
        await engine.preferences.set({"theme": "dark", "server_body_bytes": 2048})
        await asyncio.sleep(0)
        assert heard.quiet and endpoint.state == before
        assert await answers(before, engine.preferences.key) == 200


async def test_what_was_asked_for_does_not_follow_the_settings(engine, heard) -> None:
    async with opened(engine, serve=True, port=0) as endpoint:
        before = endpoint.state
        await engine.preferences.set({"server_enabled": False})
        await asyncio.sleep(0)
        assert heard.quiet and endpoint.state == before
        assert await answers(before, engine.preferences.key) == 200


async def test_a_closed_endpoint_follows_no_more(engine, heard) -> None:
    await engine.preferences.set({"server_port": 0})
    async with opened(engine) as endpoint:
        pass
    await engine.preferences.set({"server_enabled": False})
    await asyncio.sleep(0)
    assert heard.quiet and endpoint.state == OFF


async def test_a_taken_port_is_told_in_words_and_as_a_notice(engine, heard, taken_port: int) -> None:
    await engine.preferences.set({"server_port": taken_port})
    async with opened(engine) as endpoint:
        assert endpoint.state.url == ""
        assert str(taken_port) in endpoint.state.reason
        (notice,) = heard.notices
        assert (notice.topic, notice.level) == ("endpoint", "warning")
        assert str(taken_port) in notice.message and notice.hint
        await engine.preferences.set({"server_port": 0})
        assert (await heard.next_endpoint()).url


async def test_a_taken_port_is_an_error_when_it_was_asked_for(engine, taken_port: int) -> None:
    with pytest.raises(Conflict, match=str(taken_port)):
        async with opened(engine, serve=True, port=taken_port):
            pass


async def test_refusing_takes_no_new_connection(engine) -> None:
    async with opened(engine, serve=True, port=0) as endpoint:
        state = endpoint.state
        endpoint.refuse()
        await endpoint.close()
        assert await answers(state) == 0
