"""Fetching a public address: nothing else is reached, whichever way it is asked for."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from app.engine.domain.errors import DocumentUnreadable, InvalidRequest
from app.engine.memory.fetching import REDIRECTS, Fetcher, is_public


class Site:
    """A web server on this machine that answers as a test says; remembers the heads of requests."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[str, str, bytes]] = {}
        self.heads: list[str] = []
        self.port = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.heads.append(head)
        status, more, body = self.answers.get(head.split()[1], ("404 Not Found", "", b""))
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{more}\r\n".encode())
        with contextlib.suppress(ConnectionError):
            writer.write(body)
            await writer.drain()
        writer.close()

    def url(self, path: str, host: str = "site.example") -> str:
        return f"http://{host}:{self.port}{path}"


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    made = Site()
    server = await asyncio.start_server(made.answer, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    yield made
    server.close()
    await server.wait_closed()


ASKED: list[str] = []


async def resolver(host: str, _port: int) -> tuple[str, ...]:
    ASKED.append(host)
    known = {"inside.example": ("10.0.0.7",), "both.example": ("127.0.0.1", "10.0.0.7"), "none.example": ()}
    if host == "gone.example":
        raise OSError("Name or service not known")
    return known.get(host, ("127.0.0.1",))


def fetcher(limit: int = 1000) -> Fetcher:
    """The server of the test counts as public here, everything else as not."""
    return Fetcher(lambda: 5.0, limit_bytes=limit, resolver=resolver, is_allowed=lambda ip: ip == "127.0.0.1")


async def test_a_page_is_fetched_from_the_address_that_was_checked(site: Site) -> None:
    site.answers["/a?b=1"] = ("200 OK", "Content-Type: text/html; charset=utf-8\r\n", b"<p>hay</p>")
    fetched = await fetcher().fetch(site.url("/a?b=1"))
    assert (fetched.url, fetched.mime, fetched.content) == (site.url("/a?b=1"), "text/html", b"<p>hay</p>")
    assert f"host: site.example:{site.port}" in site.heads[0].lower()
    assert "cookie" not in site.heads[0].lower()


async def test_words_of_a_login_in_the_address_are_not_sent(site: Site) -> None:
    site.answers["/a"] = ("200 OK", "", b"x")
    await fetcher().fetch(f"http://user:secret@site.example:{site.port}/a")
    assert "secret" not in site.heads[0]


async def test_a_host_with_letters_beyond_ascii(site: Site) -> None:
    site.answers["/a"] = ("200 OK", "", b"x")
    assert (await fetcher().fetch(site.url("/a", "bücher.example"))).content == b"x"
    assert ASKED[-1] == "xn--bcher-kva.example"
    assert "host: xn--bcher-kva.example" in site.heads[0].lower()


async def test_redirects_are_followed_and_checked_each_time(site: Site) -> None:
    site.answers["/a"] = ("302 Found", "Location: /b\r\n", b"")
    site.answers["/b"] = ("200 OK", "", b"there")
    assert (await fetcher().fetch(site.url("/a"))).content == b"there"
    for target in (f"http://inside.example:{site.port}/b", f"http://both.example:{site.port}/b", "file:///etc/passwd"):
        site.answers["/c"] = ("301 Moved", f"Location: {target}\r\n", b"")
        with pytest.raises(InvalidRequest):
            await fetcher().fetch(site.url("/c"))
    assert [head.split()[1] for head in site.heads] == ["/a", "/b", "/c", "/c", "/c"]


async def test_redirects_without_end(site: Site) -> None:
    site.answers["/a"] = ("302 Found", "Location: /a\r\n", b"")
    with pytest.raises(DocumentUnreadable, match="without end"):
        await fetcher().fetch(site.url("/a"))
    assert len(site.heads) == REDIRECTS + 1


async def test_what_is_too_large_is_left(site: Site) -> None:
    site.answers["/a"] = ("200 OK", "", b"x" * 1001)
    with pytest.raises(DocumentUnreadable, match="larger"):
        await fetcher().fetch(site.url("/a"))


async def test_an_error_of_the_server_is_told(site: Site) -> None:
    with pytest.raises(DocumentUnreadable, match="404"):
        await fetcher().fetch(site.url("/nope"))


async def test_a_server_that_does_not_answer() -> None:
    async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(DocumentUnreadable, match="could not be fetched"):
            await fetcher().fetch(f"http://site.example:{port}/")


@pytest.mark.parametrize("host", ["inside.example", "both.example", "none.example"])
async def test_hosts_with_any_address_that_is_not_public_are_refused(host: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        await fetcher().fetch(f"http://{host}/")
    assert caught.value.code == "address_not_public"


async def test_a_host_that_does_not_exist() -> None:
    with pytest.raises(DocumentUnreadable, match="not found"):
        await fetcher().fetch("http://gone.example/")


@pytest.mark.parametrize(
    "url",
    ["", "ftp://site.example/", "file:///etc/passwd", "http://", "site.example", "http://[::1", "http://a:99999/",
     "http://site.example/\x01"],
)  # fmt: skip
async def test_what_is_no_web_address(url: str) -> None:
    with pytest.raises(InvalidRequest):
        await fetcher().fetch(url)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/", "http://localhost:1/", "http://[::1]:1/", "http://2130706433:1/"]
)
async def test_this_machine_is_never_fetched(url: str) -> None:
    with pytest.raises(InvalidRequest, match="public internet"):
        await Fetcher(lambda: 5.0).fetch(url)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True), ("2606:2800:21f:cb07::1", True), ("127.0.0.1", False), ("10.1.2.3", False),
        ("192.168.1.1", False), ("172.16.0.1", False), ("169.254.169.254", False), ("100.64.0.1", False),
        ("0.0.0.0", False), ("224.0.0.1", False), ("::1", False), ("fe80::1%eth0", False), ("fc00::1", False),
        ("::ffff:10.0.0.1", False), ("::ffff:93.184.215.14", True), ("64:ff9b::5db8:d70e", True),
        ("255.255.255.255", False), ("ff02::1", False),
    ],
)  # fmt: skip
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize("address", ["64:ff9b::a00:1", "2002:a00:1::", "::10.0.0.1", "::", "2001:0:a00:1::f5ff:fffe"])
def test_private_addresses_in_the_clothes_of_ipv6(address: str) -> None:
    assert not is_public(address)
