"""Lists that are handed out in pages, by ids (OpenAI) or by numbers (Llama Stack). Must not know what is listed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal, TypeVar

from fastapi import Query, Request

from app.engine.domain.errors import InvalidRequest

T = TypeVar("T")

Order = Literal["asc", "desc"]
Limit = Annotated[int, Query(ge=1, le=100)]
ALL = -1
Start = Annotated[int, Query(ge=0)]
Most = Annotated[int, Query(ge=ALL)]
Cursor = Annotated[str | None, Query(max_length=256)]


def page_body(data: list[dict[str, Any]], *, has_more: bool) -> dict[str, Any]:
    """Return a page of bodies that carry an `id`."""
    ids = [each["id"] for each in data] or [None]
    return {"object": "list", "data": data, "has_more": has_more, "first_id": ids[0], "last_id": ids[-1]}


def numbered_page(request: Request, data: list[dict[str, Any]], start: int, limit: int) -> dict[str, Any]:
    """Return `limit` bodies from number `start` on, or ALL of them."""
    end = len(data) if limit == ALL else start + limit
    return {"data": data[start:end], "has_more": end < len(data), "url": request.url.path}


def cut(
    items: Sequence[T], id_of: Callable[[T], str], *, limit: int, after: str | None = None, before: str | None = None
) -> tuple[list[T], bool]:
    """Return the items next to a cursor, in their order, and whether there are more on that side.

    `before` wins over `after`. Raises InvalidRequest for a cursor that is not in the list.
    """
    if before is not None:
        some = list(items[: _place(items, id_of, before, "before")])
        return some[-limit:], len(some) > limit
    start = _place(items, id_of, after, "after") + 1 if after is not None else 0
    return list(items[start : start + limit]), len(items) > start + limit


def _place(items: Sequence[T], id_of: Callable[[T], str], wanted: str, param: str) -> int:
    for place, item in enumerate(items):
        if id_of(item) == wanted:
            return place
    raise InvalidRequest(f"There is no “{wanted}” in the list.", param=param)
