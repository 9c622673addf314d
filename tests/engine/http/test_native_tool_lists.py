"""Clients that make an agent with tool groups are told that none of them has functions to call."""

from __future__ import annotations

import pytest

from tests.fakes.serving import ServedEngine, calling


@pytest.mark.parametrize("group", [None, "builtin::rag", "builtin::rag/knowledge_search", "builtin::file_search"])
async def test_groups_of_searches_have_no_functions(engine: ServedEngine, group: str | None) -> None:
    async with calling(engine) as client:
        answer = await client.get("/v1/tools", params={"toolgroup_id": group} if group else None)
    assert (answer.status_code, answer.json()) == (200, {"data": []})


async def test_a_group_that_is_not_there_is_named(engine: ServedEngine) -> None:
    async with calling(engine) as client:
        answer = await client.get("/v1/tools", params={"toolgroup_id": "builtin::websearch"})
    assert answer.status_code == 404
    assert "builtin::websearch" in answer.json()["error"]["message"]
