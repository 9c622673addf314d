"""What the guards refuse, and what they let through."""

from __future__ import annotations

import httpx
import pytest

from tests.fakes.serving import ADDRESS, PORT, calling, chat_body, open_access

CHAT = "/v1/chat/completions"
PAGE = "https://page.example"
JSON = {"content-type": "application/json"}


async def get(engine, headers: dict[str, str] | None = None, path: str = "/v1/models", **rules) -> httpx.Response:
    async with calling(engine, open_access(**rules)) as client:
        return await client.get(path, headers=headers)


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


@pytest.mark.parametrize(
    "host", ["evil.example", f"evil.example:{PORT}", "127.0.0.1", "127.0.0.1:1", f"127.0.0.1.evil.example:{PORT}", ""]
)
async def test_another_host_name_was_rebound_and_is_refused(engine, host: str) -> None:
    assert code(await get(engine, {"host": host})) == (403, "host_not_allowed")
    assert code(await get(engine, {"host": host}, "/v1/health")) == (403, "host_not_allowed")


@pytest.mark.parametrize("host", [f"localhost:{PORT}", f"LOCALHOST:{PORT}", f"[::1]:{PORT}", f"127.0.0.1:{PORT}"])
async def test_the_own_names_are_answered(engine, host: str) -> None:
    assert (await get(engine, {"host": host})).status_code == 200


@pytest.mark.parametrize("origin", [PAGE, "null", f"http://127.0.0.1:{PORT + 1}", f"https://127.0.0.1:{PORT}", ""])
async def test_a_foreign_origin_is_refused(engine, origin: str) -> None:
    answer = await get(engine, {"origin": origin})
    assert code(answer) == (403, "origin_not_allowed")
    assert "access-control-allow-origin" not in answer.headers


async def test_the_own_page_may_call(engine) -> None:
    assert (await get(engine, {"origin": ADDRESS, "sec-fetch-site": "same-origin"})).status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site", "anything"])
async def test_a_cross_site_request_without_an_origin_is_refused(engine, site: str) -> None:
    assert code(await get(engine, {"sec-fetch-site": site})) == (403, "origin_not_allowed")


async def test_a_request_typed_into_the_address_bar_is_answered(engine) -> None:
    assert (await get(engine, {"sec-fetch-site": "none"})).status_code == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
async def test_a_body_a_page_could_post_blindly_is_refused(engine, kind: str) -> None:
    async with calling(engine) as client:
        answer = await client.post(CHAT, content=b"{}", headers={"content-type": kind})
    assert code(answer) == (415, "unsupported_media_type")
    assert engine.inference.requests == []


async def test_a_type_may_name_its_charset(engine) -> None:
    async with calling(engine) as client:
        answer = await client.post(CHAT, json=chat_body(), headers={"content-type": "Application/JSON; charset=utf-8"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Bearer wrong"},
        {"authorization": "Bearer "},
        {"authorization": "Basic key"},
        {"authorization": "key"},
        {"x-api-key": "wrong"},
        {"x-api-key": ""},
        {"authorization": "Bearer wrong", "x-api-key": "key"},
    ],
    ids=str,
)
async def test_a_missing_or_wrong_key_is_refused(engine, headers: dict[str, str]) -> None:
    answer = await get(engine, headers, key=lambda: "key")
    assert code(answer) == (401, "invalid_api_key")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "headers", [{"authorization": "Bearer key"}, {"authorization": "bearer  key "}, {"x-api-key": "key"}], ids=str
)
async def test_the_key_is_taken_in_both_headers(engine, headers: dict[str, str]) -> None:
    assert (await get(engine, headers, key=lambda: "key")).status_code == 200


@pytest.mark.parametrize("path", ["/v1/health", "/openapi.json", "/docs", "/redoc"])
async def test_what_tells_nothing_needs_no_key(engine, path: str) -> None:
    assert (await get(engine, path=path, key=lambda: "key")).status_code == 200


@pytest.mark.parametrize("path", ["/v1/version", "/v1/openai/v1/models", "/v1/health/", "//v1/health", "/nothing"])
async def test_everything_else_needs_it(engine, path: str) -> None:
    assert (await get(engine, path=path, key=lambda: "key")).status_code == 401


async def test_a_body_that_says_it_is_too_large_is_not_read(engine) -> None:
    async with calling(engine, open_access(body_bytes=lambda: 1024)) as client:
        answer = await client.post(CHAT, content=b" " * 1025, headers=JSON)
    assert code(answer) == (413, "request_too_large")
    assert "1024" in answer.json()["error"]["message"]


async def test_a_body_of_unknown_length_is_read_up_to_the_limit(engine) -> None:
    async def pieces():
        for _ in range(5):
            yield b" " * 256

    async with calling(engine, open_access(body_bytes=lambda: 1024)) as client:
        answer = await client.post(CHAT, content=pieces(), headers=JSON)
    assert code(answer) == (413, "request_too_large")


async def test_a_body_within_the_limit_passes(engine) -> None:
    async with calling(engine, open_access(body_bytes=lambda: 1024)) as client:
        answer = await client.post(CHAT, json=chat_body())
    assert answer.status_code == 200


async def test_a_flood_is_told_when_to_come_again(engine) -> None:
    async with calling(engine, open_access(requests_per_minute=lambda: 2)) as client:
        answers = [await client.get("/v1/models") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert code(answers[2]) == (429, "rate_limited")
    assert 1 <= int(answers[2].headers["retry-after"]) <= 60


async def test_refused_requests_do_not_count_as_a_flood(engine) -> None:
    async with calling(engine, open_access(requests_per_minute=lambda: 1, key=lambda: "key")) as client:
        for _ in range(3):
            assert (await client.get("/v1/models")).status_code == 401
        assert (await client.get("/v1/models", headers={"x-api-key": "key"})).status_code == 200


async def test_an_allowed_page_may_read_the_answer(engine) -> None:
    answer = await get(engine, {"origin": PAGE, "sec-fetch-site": "cross-site"}, origins=lambda: (PAGE,))
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert answer.headers["vary"] == "Origin"


async def test_an_allowed_page_is_answered_before_it_calls(engine) -> None:
    asked = {"origin": PAGE, "access-control-request-method": "POST", "access-control-request-headers": "authorization"}
    async with calling(engine, open_access(origins=lambda: (PAGE,), key=lambda: "key")) as client:
        answer = await client.options(CHAT, headers=asked)
        refused = await client.options(CHAT, headers={**asked, "origin": "https://other.example"})
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert answer.headers["access-control-allow-headers"] == "authorization"
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert code(refused) == (403, "origin_not_allowed")


async def test_an_allowed_page_reads_why_it_was_refused(engine) -> None:
    answer = await get(engine, {"origin": PAGE}, origins=lambda: (PAGE,), key=lambda: "key")
    assert answer.status_code == 401
    assert answer.headers["access-control-allow-origin"] == PAGE


async def upload(engine, headers: dict[str, str] | None = None, *, size: int = 5, path: str = "/v1/files", **rules):
    form = {"file": ("a.txt", b"x" * size)}
    async with calling(engine, open_access(**rules)) as client:
        return await client.post(path, files=form, data={"purpose": "assistants"}, headers=headers)


async def test_a_form_may_come_to_the_one_route_that_takes_a_file(engine) -> None:
    assert (await upload(engine)).status_code == 200
    assert (await upload(engine, path="/v1/openai/v1/files")).status_code == 200
    assert code(await upload(engine, path="/v1/vector_stores")) == (415, "unsupported_media_type")
    async with calling(engine) as client:
        for answer in (
            await client.post("/v1/files", json={}),
            await client.post(
                "/v1/files", content=b"a=1", headers={"content-type": "application/x-www-form-urlencoded"}
            ),
        ):
            assert code(answer) == (415, "unsupported_media_type")
    assert len(engine.files.kept) == 2


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": PAGE, "authorization": "Bearer key"}, 403),
        ({"origin": "null", "authorization": "Bearer key"}, 403),
        ({"sec-fetch-site": "cross-site", "authorization": "Bearer key"}, 403),
        ({"host": "evil.example", "authorization": "Bearer key"}, 403),
        ({"authorization": "Bearer wrong"}, 401),
        ({}, 401),
    ],
    ids=str,
)
async def test_a_form_needs_all_that_other_requests_need(engine, headers: dict[str, str], status: int) -> None:
    assert (await upload(engine, headers, key=lambda: "key")).status_code == status
    assert engine.files.kept == {}


async def test_a_file_has_a_bound_of_its_own(engine) -> None:
    bounds = {"body_bytes": lambda: 1024, "file_bytes": lambda: 100_000}
    assert (await upload(engine, size=90_000, **bounds)).status_code == 200
    assert code(await upload(engine, size=300_000, **bounds)) == (413, "request_too_large")
    assert len(engine.files.kept) == 1
