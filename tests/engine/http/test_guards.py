"""Everything a web page or a stranger may try against a port on this machine."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.fakes.http import HOST, KEY, OneEngine, access, client

CHAT = {"model": "tiny", "messages": [{"role": "user", "content": "hi"}]}
PAGE = "https://page.example"


async def ask(rules: Any = None, method: str = "GET", path: str = "/v1/models", **more: Any) -> httpx.Response:
    headers = more.pop("headers", {})
    async with client(OneEngine(), rules) as caller:
        return await caller.request(method, path, headers=headers, **more)


def code(response: httpx.Response) -> str:
    return str(response.json()["error"]["code"])


async def test_an_allowed_request_passes() -> None:
    assert (await ask()).status_code == 200
    assert (await ask(method="POST", path="/v1/chat/completions", json=CHAT)).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8321", "127.0.0.1", "127.0.0.1:80", "localhost.evil.example:8321", "",
     "127.0.0.1.nip.io:8321", "0.0.0.0:8321", "127.0.0.1:8321.evil.example", f"{HOST}, evil.example"],
)  # fmt: skip
async def test_other_names_for_this_address_are_not_answered(host: str) -> None:
    response = await ask(headers={"Host": host})
    assert (response.status_code, code(response)) == (403, "host_not_allowed")
    assert (await ask(path="/v1/health", headers={"Host": host})).status_code == 403


async def test_host_names_ignore_case() -> None:
    rules = access(hosts=frozenset({"localhost:8321"}))
    assert (await ask(rules, headers={"Host": "LocalHost:8321"})).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": PAGE},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Origin": "http://localhost:8321"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": PAGE, "Sec-Fetch-Site": "same-origin"},
    ],
)
async def test_pages_of_others_are_not_answered(headers: dict[str, str]) -> None:
    for method, more in (("GET", {}), ("OPTIONS", {})):
        response = await ask(method=method, headers=headers, **more)
        assert (response.status_code, code(response)) == (403, "origin_not_allowed")
    posted = await ask(method="POST", path="/v1/chat/completions", json=CHAT, headers=headers)
    assert posted.status_code == 403
    assert "access-control-allow-origin" not in posted.headers


async def test_its_own_pages_are_answered() -> None:
    assert (await ask(headers={"Origin": f"http://{HOST}", "Sec-Fetch-Site": "same-origin"})).status_code == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
async def test_bodies_a_form_could_send_are_refused(kind: str) -> None:
    headers = {"Content-Type": kind} if kind else {}
    response = await ask(method="POST", path="/v1/chat/completions", content=b'{"model": "tiny"}', headers=headers)
    assert (response.status_code, code(response)) == (415, "unsupported_media_type")


async def test_json_with_a_character_set_is_json() -> None:
    headers = {"Content-Type": "application/json; charset=utf-8"}
    response = await ask(method="POST", path="/v1/chat/completions", content=json.dumps(CHAT), headers=headers)
    assert response.status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": ""},
        {"Authorization": "Bearer wrong"},
        {"Authorization": f"Bearer {KEY}x"},
        {"Authorization": f"Basic {KEY}"},
        {"Authorization": KEY},
        {"Authorization": "", "X-API-Key": "wrong"},
        {"Authorization": "Bearer wrong", "X-API-Key": KEY},
    ],
)
async def test_a_missing_or_wrong_key(headers: dict[str, str]) -> None:
    for path in ("/v1/models", "/v1/nowhere", "/v1/openai/v1/models", "/v1//health", "/V1/health"):
        response = await ask(path=path, headers=headers)
        assert (response.status_code, code(response)) == (401, "invalid_api_key")
        assert response.headers["www-authenticate"] == "Bearer"
        assert KEY not in response.text


@pytest.mark.parametrize("headers", [{"Authorization": f"bearer {KEY}"}, {"Authorization": "", "X-API-Key": KEY}])
async def test_the_key_in_either_header(headers: dict[str, str]) -> None:
    assert (await ask(headers=headers)).status_code == 200


async def test_what_tells_nothing_needs_no_key() -> None:
    for path in ("/v1/health", "/openapi.json", "/docs"):
        assert (await ask(path=path, headers={"Authorization": ""})).status_code == 200
    assert (await ask(access(key=lambda: None), headers={"Authorization": ""})).status_code == 200


async def test_a_large_body_is_refused_by_its_length() -> None:
    rules = access(body_bytes=lambda: 200)
    large = {**CHAT, "user": "x" * 300}
    response = await ask(rules, method="POST", path="/v1/chat/completions", json=large)
    assert (response.status_code, code(response)) == (413, "request_too_large")
    assert (await ask(rules, method="POST", path="/v1/chat/completions", json=CHAT)).status_code == 200


async def test_a_large_body_without_a_length_is_refused_while_it_arrives() -> None:
    sent = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(100):
            sent += 100
            yield b" " * 100

    headers = {"Content-Type": "application/json"}
    rules = access(body_bytes=lambda: 1000)
    response = await ask(rules, method="POST", path="/v1/chat/completions", content=body(), headers=headers)
    assert (response.status_code, code(response)) == (413, "request_too_large")
    assert sent < 5000


async def test_a_flood_is_slowed_down() -> None:
    rules = access(requests_per_minute=lambda: 3)
    async with client(OneEngine(), rules) as caller:
        statuses = [(await caller.get("/v1/models")).status_code for _ in range(3)]
        refused = await caller.get("/v1/models")
    assert statuses == [200] * 3
    assert (refused.status_code, code(refused)) == (429, "rate_limited")
    assert 1 <= int(refused.headers["retry-after"]) <= 60


async def test_wrong_keys_do_not_use_up_the_rate() -> None:
    rules = access(requests_per_minute=lambda: 1)
    async with client(OneEngine(), rules) as caller:
        for _ in range(5):
            assert (await caller.get("/v1/models", headers={"Authorization": "Bearer no"})).status_code == 401
        assert (await caller.get("/v1/models")).status_code == 200


async def test_an_allowed_page_may_read_the_answer() -> None:
    rules = access(origins=lambda: (PAGE,))
    headers = {"Origin": PAGE, "Sec-Fetch-Site": "cross-site"}
    response = await ask(rules, headers=headers)
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == PAGE
    assert "origin" in response.headers["vary"].lower()
    other = await ask(rules, headers={"Origin": "https://other.example"})
    assert other.status_code == 403
    streamed = await ask(
        rules, method="POST", path="/v1/chat/completions", json={**CHAT, "stream": True}, headers=headers
    )
    assert streamed.headers["access-control-allow-origin"] == PAGE


async def test_an_allowed_page_asks_before_it_posts() -> None:
    rules = access(origins=lambda: (PAGE,))
    headers = {
        "Origin": PAGE,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
        "Authorization": "",
    }
    response = await ask(rules, method="OPTIONS", path="/v1/chat/completions", headers=headers)
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == PAGE
    assert "POST" in response.headers["access-control-allow-methods"]
    assert response.headers["access-control-allow-headers"] == "authorization,content-type"


async def test_without_allowed_pages_there_are_no_cors_headers() -> None:
    response = await ask()
    assert not [name for name in response.headers if name.startswith("access-control")]


async def test_a_refusal_reaches_an_allowed_page_too() -> None:
    """A page can read why it was refused only when the answer carries the header."""
    rules = access(origins=lambda: (PAGE,))
    response = await ask(rules, headers={"Origin": PAGE, "Authorization": "Bearer no"})
    assert response.status_code == 401
    assert response.headers.get("access-control-allow-origin") == PAGE
