"""Batches: files that are added together, counted, listed and stopped."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.fakes.serving import calling


@pytest.fixture
async def client(engine) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(engine) as opened:
        yield opened


@pytest.fixture
async def path(engine) -> str:
    for name in ("1", "2", "bad"):
        await engine.files.add(name, b"text")
    engine.memory.failures["bad"] = "The file is torn."
    return f"/v1/vector_stores/{engine.memory.add_bank('Birds').id}/file_batches"


async def test_a_batch_counts_what_became_of_its_files(client, path) -> None:
    made = (await client.post(path, json={"file_ids": ["file-1", "file-2", "file-3"]})).json()
    assert (made["object"], made["status"]) == ("vector_store.files_batch", "completed")
    assert made["file_counts"] == {"in_progress": 0, "completed": 2, "failed": 1, "cancelled": 0, "total": 3}
    assert (await client.get(f"{path}/{made['id']}")).json() == made


async def test_files_may_have_their_own_attributes(engine, client, path) -> None:
    files = [{"file_id": "file-1", "attributes": {"n": 1}}, {"file_id": "file-2", "attributes": {"n": 2}}]
    await client.post(path, json={"files": files})
    assert [document.attributes for document in engine.memory.kept.values()] == [{"n": 1}, {"n": 2}]


async def test_no_file_is_added_when_one_is_not_there(engine, client, path) -> None:
    answer = await client.post(path, json={"file_ids": ["file-1", "file-9"]})
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "file_id")
    assert engine.memory.kept == {}


async def test_its_files_are_listed(client, path) -> None:
    made = (await client.post(path, json={"file_ids": ["file-1", "file-2", "file-3"]})).json()

    async def ids(**query: Any) -> tuple[list[str], bool]:
        body = (await client.get(f"{path}/{made['id']}/files", params=query)).json()
        return [file["id"] for file in body["data"]], body["has_more"]

    assert await ids() == (["file-3", "file-2", "file-1"], False)
    assert await ids(order="asc", limit=1) == (["file-1"], True)
    assert await ids(order="asc", after="file-1", limit=1) == (["file-2"], True)
    assert await ids(before="file-1", limit=1) == (["file-2"], True)
    assert await ids(filter="failed") == (["file-3"], False)


async def test_a_batch_is_stopped(engine, client, path) -> None:
    engine.memory.held = True
    made = (await client.post(path, json={"file_ids": ["file-1", "file-2"]})).json()
    assert (made["status"], made["file_counts"]["in_progress"]) == ("in_progress", 2)
    stopped = (await client.post(f"{path}/{made['id']}/cancel")).json()
    assert (stopped["status"], stopped["file_counts"]["cancelled"]) == ("cancelled", 2)


async def test_a_batch_that_is_none(client, path) -> None:
    for answer in (
        await client.get(f"{path}/vsfb_9"),
        await client.post(f"{path}/vsfb_9/cancel"),
        await client.get(f"{path}/vsfb_9/files"),
    ):
        assert (answer.status_code, answer.json()["error"]["param"]) == (400, "batch_id")
