"""/v1/files: files that apps hand in. Must not read what is in them.

A file is taken as OpenAI's form: `file`, `purpose`, and `expires_after[anchor]` with `expires_after[seconds]`. Content
goes out as bytes to be saved, whatever it is: a browser must never show an uploaded page as one of this origin.
"""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple, get_args
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from starlette.datastructures import FormData, UploadFile

from app.engine.domain.errors import InvalidRequest, UnsupportedParameter
from app.engine.domain.memory import StoredFile
from app.engine.facade import Engine
from app.engine.http.files_wire import EXPIRY_SECONDS, FIELDS, FORM, Purpose
from app.engine.http.paging import Cursor, Order, cut, page_body

MOST_LISTED = 10_000
_NOT_SHOWN = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}


class Upload(NamedTuple):
    """A form that was read: the file, what it is for, and how many seconds it is kept (None: for ever)."""

    file: UploadFile
    purpose: str
    seconds: int | None


def router(engine: Engine) -> APIRouter:
    """Return the routes of one engine."""
    routes = APIRouter(tags=["files"])

    @routes.post("/files", summary="Keep a file", openapi_extra={"requestBody": FORM})
    async def create_file(request: Request) -> dict[str, Any]:
        try:
            upload = read_form(await request.form(max_files=1, max_fields=8, max_part_size=1024))
            content = await upload.file.read()
        finally:
            # What was put aside on disk goes with the form.
            await request.close()
        kept = await engine.files.add(
            upload.file.filename or "", content, purpose=upload.purpose, expires_after_seconds=upload.seconds
        )
        return file_body(kept)

    @routes.get("/files", summary="List files")
    async def list_files(
        purpose: Purpose | None = None,
        limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = MOST_LISTED,
        order: Order = "desc",
        after: Cursor = None,
    ) -> dict[str, Any]:
        files = await engine.files.list(purpose=purpose or "")
        some, has_more = cut(files if order == "desc" else files[::-1], lambda file: file.id, limit=limit, after=after)
        return page_body([file_body(file) for file in some], has_more=has_more)

    @routes.get("/files/{file_id}", summary="Describe a file")
    async def get_file(file_id: str) -> dict[str, Any]:
        return file_body(await engine.files.get(file_id))

    @routes.delete("/files/{file_id}", summary="Delete a file")
    async def delete_file(file_id: str) -> dict[str, Any]:
        await engine.files.remove(file_id)
        return {"id": file_id, "object": "file", "deleted": True}

    @routes.get("/files/{file_id}/content", summary="Return a file's bytes", response_class=Response)
    async def file_content(file_id: str) -> Response:
        file = await engine.files.get(file_id)
        disposition = f"attachment; filename*=UTF-8''{quote(file.name.encode('utf-8', 'replace'), safe='')}"
        headers = {"Content-Disposition": disposition, **_NOT_SHOWN}
        return Response(await engine.files.content(file_id), 200, headers, "application/octet-stream")

    return routes


def file_body(file: StoredFile) -> dict[str, Any]:
    """Return a file in OpenAI's shape."""
    return {
        "id": file.id,
        "object": "file",
        "bytes": file.size_bytes,
        "created_at": int(file.created_at),
        "expires_at": None if file.expires_at is None else int(file.expires_at),
        "filename": file.name,
        "purpose": file.purpose,
        "status": "processed",
        "status_details": None,
    }


def read_form(form: FormData) -> Upload:
    """Return what a form says; raises InvalidRequest that names the field."""
    for name in form:
        if name not in FIELDS:
            raise UnsupportedParameter(f"The parameter “{name}” is not supported.", param=name)
    file = form.get("file")
    if not isinstance(file, UploadFile) or not (file.filename or "").strip():
        raise InvalidRequest("The form has no file with a name.", param="file")
    purpose = form.get("purpose")
    if purpose not in get_args(Purpose):
        raise InvalidRequest(f"The purpose is one of {', '.join(get_args(Purpose))}.", param="purpose")
    return Upload(file, str(purpose), _expiry(form.get("expires_after[anchor]"), form.get("expires_after[seconds]")))


def _expiry(anchor: object, seconds: object) -> int | None:
    if anchor is None and seconds is None:
        return None
    if anchor != "created_at":
        raise InvalidRequest("The only anchor is created_at.", param="expires_after.anchor")
    text = str(seconds)
    least, most = EXPIRY_SECONDS
    if not (text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most):
        raise InvalidRequest(f"A file expires after {least} to {most} seconds.", param="expires_after.seconds")
    return int(text)
