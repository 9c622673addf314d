"""Refuses requests before any route sees them: foreign hosts and origins, missing keys, floods, big bodies.

Why each guard stands: a web page can reach 127.0.0.1 by DNS rebinding (Host), by blind cross-site posts (Origin,
Sec-Fetch-Site, content type) and by flooding. Written as plain ASGI, so that nothing is read before it is allowed.
Health, the description of the API and its page need no key: they tell nothing about this machine.
"""

from __future__ import annotations

import time
from collections import deque

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.engine.http.access import Access
from app.engine.http.errors import error_body

OPEN_PATHS = frozenset({"/v1/health", "/openapi.json", "/docs", "/redoc"})
OPEN_PREFIXES = ("/static-offline-docs/",)
# The one route that takes a file. A page can post a form without asking first, so what protects it are the checks of
# host, origin and key.
UPLOAD_PATHS = frozenset({"/v1/files", "/v1/openai/v1/files"})
# What a form needs beside its file: names, borders, the other fields.
FORM_BYTES = 64 * 1024
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class _Refusal(HTTPException):
    """An HTTPException, because FastAPI turns any other one that comes while it reads a body into a bare 400."""

    def __init__(self, status: int, message: str, code: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(status, message, headers)
        self.code = code

    def response(self) -> JSONResponse:
        return JSONResponse(error_body(self.detail, self.code, self.status_code), self.status_code, self.headers)


class Guards:
    """ASGI middleware that enforces one `Access`."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access
        self._recent: deque[float] = deque()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass an allowed request on, answer a refused one."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        allowed = origin if origin in self._access.origins() else None
        # A refusal is for an allowed page to read as well.
        answer = _with_cors(send, allowed) if allowed else send
        try:
            self._check(scope, headers)
            limited = _limited(receive, headers, self._most(scope))
        except _Refusal as refusal:
            await refusal.response()(scope, receive, answer)
            return
        if allowed and scope["method"] == "OPTIONS":
            await JSONResponse({}, 200, _cors(allowed, headers))(scope, receive, send)
            return
        await self._app(scope, limited, answer)

    def _most(self, scope: Scope) -> int:
        if _is_upload(scope):
            return self._access.file_bytes() + FORM_BYTES
        return self._access.body_bytes()

    def _check(self, scope: Scope, headers: Headers) -> None:
        host = headers.get("host", "").lower()
        if host not in self._access.hosts:
            raise _Refusal(403, f"This endpoint is not called “{host[:100]}”.", "host_not_allowed")
        origin = headers.get("origin")
        own = f"http://{host}"
        if origin is not None and origin not in (own, *self._access.origins()):
            raise _Refusal(403, "Pages of this origin may not call Paddock; add it in Settings.", "origin_not_allowed")
        if origin is None and headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            raise _Refusal(403, "Cross-site requests are not answered.", "origin_not_allowed")
        if scope["method"] == "OPTIONS":
            return
        self._check_type(scope, headers)
        self._check_key(scope, headers)
        self._check_rate()

    @staticmethod
    def _check_type(scope: Scope, headers: Headers) -> None:
        has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
        kind = headers.get("content-type", "").split(";")[0].strip().lower()
        wanted = "multipart/form-data" if _is_upload(scope) else "application/json"
        if scope["method"] in _WRITES and has_body and kind != wanted:
            raise _Refusal(415, f"Send the body as {wanted}.", "unsupported_media_type")

    def _check_key(self, scope: Scope, headers: Headers) -> None:
        path = scope["path"]
        if path in OPEN_PATHS or path.startswith(OPEN_PREFIXES):
            return
        if not self._access.allows_key(given_key(headers)):
            message = "The API key is missing or wrong; send it as “Authorization: Bearer …”."
            raise _Refusal(401, message, "invalid_api_key", {"WWW-Authenticate": "Bearer"})

    def _check_rate(self) -> None:
        limit = self._access.requests_per_minute()
        if not limit:
            return
        now = time.monotonic()
        while self._recent and now - self._recent[0] > 60:
            self._recent.popleft()
        if len(self._recent) >= limit:
            wait = max(1, round(60 - (now - self._recent[0])))
            raise _Refusal(429, f"More than {limit} requests a minute.", "rate_limited", {"Retry-After": str(wait)})
        self._recent.append(now)


def _is_upload(scope: Scope) -> bool:
    return scope["method"] == "POST" and scope["path"] in UPLOAD_PATHS


def given_key(headers: Headers) -> str | None:
    """Return the key a request carries, in whichever of the usual headers."""
    kind, _, value = headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer" and value.strip():
        return value.strip()
    return headers.get("x-api-key")


def _limited(receive: Receive, headers: Headers, limit: int) -> Receive:
    too_large = _Refusal(413, f"The request is larger than {limit} bytes.", "request_too_large")
    length = headers.get("content-length")
    if length is not None and length.isdigit() and int(length) > limit:
        raise too_large
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise too_large
        return message

    return counted


def _cors(origin: str, headers: Headers | None = None) -> dict[str, str]:
    answer = {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}
    if headers is not None:
        answer["Access-Control-Allow-Methods"] = "GET, POST, PUT, DELETE"
        answer["Access-Control-Allow-Headers"] = headers.get("access-control-request-headers", "")
    return answer


def _with_cors(send: Send, origin: str) -> Send:
    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            extra = [(name.lower().encode(), value.encode()) for name, value in _cors(origin).items()]
            message = {**message, "headers": [*message.get("headers", []), *extra]}
        await send(message)

    return with_headers
