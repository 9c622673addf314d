"""The error table of the endpoint: every failure becomes `{"error": {"message", "type", "param", "code"}}`.

The shape is OpenAI's; Llama Stack clients read it too. Must not leak paths or tracebacks of unexpected errors.
"""

from __future__ import annotations

import logging
import math
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from app.engine.domain import errors
from app.engine.domain.agents import Failure

log = logging.getLogger("paddock.http")

# Looked up along the exception's class order, so that a subclass may stand before its base or be left out.
_STATUS: dict[type[errors.PaddockError], int] = {
    errors.InvalidRequest: 400,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Busy: 429,
    errors.RemoteFailed: 502,
    errors.ModelUnavailable: 503,
    errors.WorkerDied: 503,
    errors.AccessDenied: 403,
    errors.DownloadFailed: 502,
    errors.StorageFailed: 507,
}
_STORE_PATHS = ("/v1/vector_stores", "/v1/openai/v1/vector_stores")
_TYPES = {400: "invalid_request_error", 401: "authentication_error", 403: "permission_error", 404: "not_found_error",
          409: "conflict_error", 429: "rate_limit_error"}  # fmt: skip


def status_of(error: errors.PaddockError) -> int:
    """Return the HTTP status of an error."""
    return next((_STATUS[cls] for cls in type(error).__mro__ if cls in _STATUS), 500)


def error_body(message: str, code: str | None, status: int, param: str | None = None) -> dict[str, Any]:
    """Return the JSON body of a failure."""
    kind = _TYPES.get(status, "server_error" if status >= 500 else "invalid_request_error")
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def body_of(error: errors.PaddockError, status: int | None = None) -> dict[str, Any]:
    """Return the JSON body of a Paddock error; `status` where it is not that of the table."""
    return error_body(error.in_words(), error.code, status or status_of(error), error.param)


def error_of(failure: Failure | None) -> errors.PaddockError:
    """Return the error a turn ended with; what Paddock did wrong itself stays in its log."""
    if failure is None or failure.code == errors.BugError.code:
        return errors.BugError("Paddock failed; its log has the details.")
    return errors.from_fields({"code": failure.code, "message": failure.message, "hint": failure.hint})


def install(app: FastAPI) -> None:
    """Register the table with an application."""
    app.add_exception_handler(errors.PaddockError, _on_paddock)
    app.add_exception_handler(RequestValidationError, _on_validation)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_bug)


async def _on_paddock(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, errors.PaddockError)
    status = status_of(error)
    # Llama Stack answers so, and its clients count on it: a store that is not there is a wrong argument.
    if status == 404 and request.url.path.startswith(_STORE_PATHS):
        status = 400
    headers = {}
    if isinstance(error, errors.Busy):
        headers["Retry-After"] = str(math.ceil(error.retry_after))
    return JSONResponse(body_of(error, status), status, headers)


async def _on_validation(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    param = ".".join(str(part) for part in first["loc"] if part not in ("body", "query", "path")) or None
    if first["type"] == "extra_forbidden":
        message, code = f"The parameter “{param}” is not supported.", "unsupported_parameter"
    elif first["type"] == "json_invalid":
        message, code, param = (
            f"The body is not valid JSON: {first.get('ctx', {}).get('error', '')}.",
            "invalid_json",
            None,
        )
    else:
        message, code = f"{param or 'The body'}: {first['msg']}.", "invalid_value"
    return JSONResponse(error_body(message, code, 400, param), 400)


async def _on_http(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code = getattr(error, "code", None) or {404: "not_found", 405: "method_not_allowed"}.get(error.status_code)
    return JSONResponse(error_body(str(error.detail), code, error.status_code), error.status_code, error.headers)


async def _on_bug(_request: Request, error: Exception) -> JSONResponse:
    log.error("a route failed", exc_info=error)
    return JSONResponse(error_body("Paddock failed; its log has the details.", "internal_error", 500), 500)
