"""Brings one file from one address into a `.part` file, going on where it stopped. Knows no hub and no library.

The address must name immutable content. The caller checks the hash of the whole file afterwards.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, NoReturn
from urllib.parse import urljoin, urlsplit

import httpx

from app.engine.domain.errors import DownloadFailed, PaddockError
from app.engine.runtime.files import from_os
from app.engine.runtime.threads import in_thread

WRITE_BYTES = 1024 * 1024
ELSEWHERE = "Try again later, or choose another repository."
MOST_REDIRECTS = 5
MOST_ATTEMPTS = 6
_RETRIED = (408, 425, 429, 500, 502, 503, 504)
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


class _Dropped(Exception):
    """The connection ended early; worth another attempt after `wait` seconds (None: the usual back-off)."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


class Transfer:
    """One download. `refused` turns an HTTP status into an error, `received` hears the bytes on disk so far.

    `backoff` gives the seconds before attempt N (1, 2, …) after a drop; bytes that arrive start the count again.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        url: str,
        part: Path,
        *,
        token: str | None = None,
        total: int = 0,
        refused: Callable[[int], PaddockError],
        received: Callable[[int, int], None],
        backoff: Callable[[int], float] = lambda attempt: float(min(2**attempt, 60)),
    ) -> None:
        self._client = client
        self._url = url
        self._part = part
        self._token = token
        self._total = total
        self._refused = refused
        self._received = received
        self._backoff = backoff

    async def run(self) -> int:
        """Return the size of the complete file; raises DownloadFailed, DiskFull, or what `refused` gives.

        Cancelling keeps what has arrived.
        """
        file = await asyncio.to_thread(_open, self._part)
        try:
            return await self._attempts(file)
        finally:
            await in_thread(lambda: _finish(file, self._part))

    async def _attempts(self, file: BinaryIO) -> int:
        attempt = 0
        while True:
            before = file.tell()
            try:
                return await self._attempt(file)
            except (httpx.TransportError, _Dropped) as error:
                attempt = 1 if file.tell() > before else attempt + 1
                if attempt >= MOST_ATTEMPTS:
                    raise _gave_up(error) from error
                wait = error.wait if isinstance(error, _Dropped) else None
                await asyncio.sleep(self._backoff(attempt) if wait is None else wait)

    async def _attempt(self, file: BinaryIO) -> int:
        start = file.tell()
        if self._total and start == self._total:
            return start
        response = await self._send(start)
        try:
            await self._check(response, file, start)
            await self._receive(response, file)
        finally:
            await response.aclose()
        if self._total and file.tell() != self._total:
            raise _Dropped(f"the connection ended after {file.tell():,} of {self._total:,} bytes")
        return file.tell()

    async def _send(self, start: int) -> httpx.Response:
        """Follow redirects by hand: only to the web, and with the token only to the hub itself."""
        url = self._url
        for _ in range(MOST_REDIRECTS + 1):
            request = self._client.build_request("GET", url, headers=self._headers(url, start))
            try:
                response = await self._client.send(request, stream=True, follow_redirects=False)
            except httpx.InvalidURL:
                _fail("The hub sent the download to an address that is not allowed.")
            if not response.is_redirect:
                return response
            await response.aclose()
            url = _checked_redirect(url, response.headers.get("location", ""))
        raise DownloadFailed("The hub sent the download round in circles.", hint=ELSEWHERE)

    def _headers(self, url: str, start: int) -> dict[str, str]:
        # Compressed bytes would not match the range nor the published size.
        headers = {"Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
        if self._token and _origin(url) == _origin(self._url):
            headers["Authorization"] = f"Bearer {self._token}"
        return headers

    async def _check(self, response: httpx.Response, file: BinaryIO, start: int) -> None:
        status = response.status_code
        if status in _RETRIED:
            raise _Dropped(f"the server answered {status}", _retry_after(response))
        if status == 416 or (status == 206 and not self._matches(response, start)):
            await asyncio.to_thread(_restart, file)
            raise _Dropped("the file on the server has another length", 0.0)
        if status == 200:
            if start:
                await asyncio.to_thread(_restart, file)
            self._total = self._total or int(response.headers.get("content-length") or 0)
        elif status != 206:
            raise self._refused(status)

    def _matches(self, response: httpx.Response, start: int) -> bool:
        found = _RANGE.fullmatch(response.headers.get("content-range", ""))
        if not found or int(found[1]) != start:
            return False
        if found[2] != "*":
            self._total = self._total or int(found[2])
        return found[2] == "*" or int(found[2]) == self._total

    async def _receive(self, response: httpx.Response, file: BinaryIO) -> None:
        waiting = bytearray()
        try:
            async for chunk in response.aiter_raw():
                waiting += chunk
                if self._total and file.tell() + len(waiting) > self._total:
                    _fail("The server sent more than the file has.")
                if len(waiting) >= WRITE_BYTES:
                    await self._write(file, waiting)
        finally:
            # What has arrived is kept, also when the connection broke or the person paused.
            await self._write(file, waiting)

    async def _write(self, file: BinaryIO, waiting: bytearray) -> None:
        data = bytes(waiting)
        waiting.clear()
        if data:
            await in_thread(lambda: append(file, data, self._part))
            self._received(file.tell(), self._total)


def append(file: BinaryIO, data: bytes, part: Path) -> None:
    """Write in the worker thread; raises DiskFull, StorageFailed."""
    try:
        file.write(data)
        file.flush()
    except OSError as error:
        raise from_os(error, part) from error


def _open(part: Path) -> BinaryIO:
    try:
        file = part.open("ab")
    except OSError as error:
        raise from_os(error, part) from error
    file.seek(0, os.SEEK_END)
    return file


def _restart(file: BinaryIO) -> None:
    file.seek(0)
    file.truncate()


def _finish(file: BinaryIO, part: Path) -> None:
    try:
        os.fsync(file.fileno())
    except OSError as error:
        raise from_os(error, part) from error
    finally:
        file.close()


def _checked_redirect(url: str, location: str) -> str:
    target = urljoin(url, location)
    old, new = urlsplit(url), urlsplit(target)
    if new.scheme not in ("http", "https") or not new.hostname or (old.scheme == "https" and new.scheme != "https"):
        _fail(f"The hub sent the download to an address that is not allowed ({target[:100]}).")
    return target


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _retry_after(response: httpx.Response) -> float | None:
    value = response.headers.get("retry-after", "")
    return min(float(value), 300.0) if value.isdigit() else None


def _gave_up(error: Exception) -> DownloadFailed:
    reason = str(error) or type(error).__name__
    return DownloadFailed(f"The connection broke {MOST_ATTEMPTS} times: {reason}.", hint="Resume it later.")


def _fail(message: str) -> NoReturn:
    raise DownloadFailed(message, hint=ELSEWHERE)
