"""Pages begin behind a cursor, or end before one."""

from __future__ import annotations

import pytest
from fastapi import Request

from app.engine.domain.errors import InvalidRequest
from app.engine.http.paging import ALL, cut, numbered_page, page_body

LETTERS = list("abcdef")


@pytest.mark.parametrize(
    ("limit", "after", "before", "found", "more"),
    [
        (2, None, None, "ab", True),
        (6, None, None, "abcdef", False),
        (2, "b", None, "cd", True),
        (9, "d", None, "ef", False),
        (9, "f", None, "", False),
        (2, None, "d", "bc", True),
        (3, None, "d", "abc", False),
        (3, None, "a", "", False),
    ],
)
def test_a_page(limit: int, after: str | None, before: str | None, found: str, more: bool) -> None:
    assert cut(LETTERS, str, limit=limit, after=after, before=before) == (list(found), more)


@pytest.mark.parametrize("cursor", ["after", "before"])
def test_a_cursor_that_is_none_is_named(cursor: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        cut(LETTERS, str, limit=2, **{cursor: "z"})
    assert refused.value.param == cursor


def test_the_body_names_its_ends() -> None:
    assert page_body([{"id": "a"}, {"id": "b"}], has_more=True)["last_id"] == "b"
    empty = page_body([], has_more=False)
    assert (empty["first_id"], empty["last_id"], empty["data"]) == (None, None, [])


@pytest.mark.parametrize(
    ("start", "limit", "found", "more"),
    [(0, ALL, "abcdef", False), (4, ALL, "ef", False), (1, 2, "bc", True), (4, 2, "ef", False), (9, 2, "", False)],
)
def test_a_page_by_numbers(start: int, limit: int, found: str, more: bool) -> None:
    request = Request({"type": "http", "path": "/v1/letters", "headers": [], "query_string": b"", "server": ("a", 80)})
    page = numbered_page(request, [{"id": letter} for letter in LETTERS], start, limit)
    assert page == {"data": [{"id": letter} for letter in found], "has_more": more, "url": "/v1/letters"}
