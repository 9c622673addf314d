"""Fetches one public web address, once, for a person who agreed to it. Runs nothing and follows no link in it.

Only addresses of the public internet are reached, and the connection goes to the very address that was checked, also
after a redirect, so that a name cannot point elsewhere between the check and the connection.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable
from urllib.parse import urljoin, urlsplit, urlunsplit

import httpx
from msgspec import Struct

from app.engine.domain.errors import DocumentUnreadable, InvalidRequest

REDIRECTS = 5
# Networks whose addresses end in an IPv4 address: translated ones (NAT64), and an old way to write them.
_CARRIERS = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("::/96"))
Resolve = Callable[[str, int], Awaitable[tuple[str, ...]]]


class Fetched(Struct, frozen=True):
    """What came: the address it came from in the end, its type, and its bytes."""

    url: str
    mime: str
    content: bytes


async def resolve(host: str, port: int) -> tuple[str, ...]:
    """Return the addresses of a host."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(each[4][0]) for each in found))


class Fetcher:
    """Fetches addresses. `is_allowed` judges an IP address; only tests bring their own."""

    def __init__(
        self,
        seconds: Callable[[], float],
        *,
        limit_bytes: int = 100 * 1024 * 1024,
        resolver: Resolve = resolve,
        is_allowed: Callable[[str], bool] | None = None,
    ) -> None:
        self._seconds = seconds
        self._limit_bytes = limit_bytes
        self._resolve = resolver
        self._is_allowed = is_allowed or is_public

    async def fetch(self, url: str) -> Fetched:
        """Return what an address shows; raises InvalidRequest for one that is not public, DocumentUnreadable."""
        for _hop in range(REDIRECTS + 1):
            answer = await self._get(url)
            if isinstance(answer, Fetched):
                return answer
            url = urljoin(url, answer)
        raise DocumentUnreadable(f"{url} leads from one address to the next without end.")

    async def _get(self, url: str) -> Fetched | str:
        """Return the content, or where a redirect leads."""
        host, pinned = await self._checked(url)
        seconds = self._seconds()
        # The TLS certificate and the Host header are of the name, the connection is to the address that was checked.
        options = {"sni_hostname": host}
        port = urlsplit(url).port
        shown = f"[{host}]" if ":" in host else host
        headers = {"Host": f"{shown}:{port}" if port else shown, "User-Agent": "Paddock"}
        try:
            async with (
                httpx.AsyncClient(timeout=seconds, follow_redirects=False, trust_env=False) as client,
                client.stream("GET", pinned, headers=headers, extensions=options) as response,
            ):
                if response.is_redirect and "location" in response.headers:
                    return str(response.headers["location"])
                if response.is_error:
                    raise DocumentUnreadable(f"{url} answered with status {response.status_code}.")
                return Fetched(url, response.headers.get("content-type", "").split(";")[0], await self._body(response))
        except httpx.InvalidURL as error:
            raise InvalidRequest(f"“{url}” is no web address.", param="url") from error
        except httpx.HTTPError as error:
            raise DocumentUnreadable(
                f"{url} could not be fetched: {str(error) or type(error).__name__}.",
                hint="Check the address and the network.",
            ) from error

    async def _body(self, response: httpx.Response) -> bytes:
        body = bytearray()
        async for block in response.aiter_bytes():
            body += block
            if len(body) > self._limit_bytes:
                raise DocumentUnreadable(f"It is larger than {self._limit_bytes // 1024**2} MB.")
        return bytes(body)

    async def _checked(self, url: str) -> tuple[str, str]:
        """Return the host in ASCII and the address to connect to, by number; raises InvalidRequest."""
        try:
            parts = urlsplit(url)
            port = parts.port or (443 if parts.scheme == "https" else 80)
        except ValueError as error:
            raise InvalidRequest(f"“{url}” is no web address.", param="url") from error
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InvalidRequest(f"“{url}” is no web address.", hint="It begins with https://.", param="url")
        try:
            host = parts.hostname if parts.hostname.isascii() else parts.hostname.encode("idna").decode()
            addresses = await self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise DocumentUnreadable(
                f"{parts.hostname} was not found.", hint="Check the address and the network."
            ) from error
        refused = [address for address in addresses if not self._is_allowed(address)]
        if refused or not addresses:
            raise InvalidRequest(
                f"{parts.hostname} is not on the public internet, so Paddock does not fetch it.",
                hint="Save the page and add the file.",
                param="url",
                code="address_not_public",
            )
        number = f"[{addresses[0]}]" if ":" in addresses[0] else addresses[0]
        return host, urlunsplit((parts.scheme, f"{number}:{port}", parts.path or "/", parts.query, ""))


def is_public(address: str) -> bool:
    """Tell whether an IP address belongs to the public internet."""
    number = ipaddress.ip_address(address.partition("%")[0])
    inner = _carried(number) if isinstance(number, ipaddress.IPv6Address) else None
    number = inner or number
    return number.is_global and not number.is_multicast


def _carried(number: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address that a gateway makes of an IPv6 address, if there is one in it."""
    if number.ipv4_mapped or number.sixtofour:
        return number.ipv4_mapped or number.sixtofour
    if number.teredo:
        return number.teredo[1]
    carries = any(number in network for network in _CARRIERS) and int(number) > 1
    return ipaddress.IPv4Address(int(number) & 0xFFFF_FFFF) if carries else None
