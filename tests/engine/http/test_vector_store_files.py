"""Files of a store: added, listed, described anew, taken out, and their passages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from app.engine.domain.memory import Chunking
from tests.fakes.serving import calling


@pytest.fixture
async def client(engine) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(engine) as opened:
        yield opened


@pytest.fixture
async def path(engine) -> str:
    return f"/v1/vector_stores/{engine.memory.add_bank('Birds').id}/files"


async def add(engine, client, path: str, name: str = "heron.txt", text: str = "The heron.", **fields: Any) -> Any:
    file = await engine.files.add(name, text.encode())
    return (await client.post(path, json={"file_id": file.id} | fields)).json()


async def test_a_file_is_added_with_attributes_and_sizes(engine, client, path) -> None:
    static = {"type": "static", "static": {"max_chunk_size_tokens": 64, "chunk_overlap_tokens": 8}}
    body = await add(engine, client, path, attributes={"kind": "bird", "n": 2}, chunking_strategy=static)
    assert (body["object"], body["id"], body["attributes"]) == ("vector_store.file", "file-1", {"kind": "bird", "n": 2})
    assert body["chunking_strategy"] == static
    described = (await client.get(f"{path}/file-1")).json()
    assert (described["status"], described["last_error"]) == ("completed", None)
    assert next(iter(engine.memory.kept.values())).chunking == Chunking(max_tokens=64, overlap_tokens=8)


async def test_a_file_that_is_not_stored_is_a_wrong_argument(client, path) -> None:
    answer = await client.post(path, json={"file_id": "file-9"})
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "file_id")


async def test_files_are_listed_by_time_and_status(engine, client, path) -> None:
    engine.memory.failures["bad.pdf"] = "The file is torn."
    for name in ("1", "bad.pdf", "3"):
        await add(engine, client, path, name)

    async def names(**query: Any) -> tuple[list[str], bool]:
        body = (await client.get(path, params=query)).json()
        return [file["filename"] for file in body["data"]], body["has_more"]

    assert await names() == (["3", "bad.pdf", "1"], False)
    assert await names(order="asc", limit=2) == (["1", "bad.pdf"], True)
    assert await names(order="asc", after="file-2") == (["3"], False)
    assert await names(filter="failed") == (["bad.pdf"], False)
    assert await names(filter="completed") == (["3", "1"], False)
    assert await names(filter="in_progress") == ([], False)
    assert (await client.get(path, params={"filter": "waiting"})).status_code == 400
    failed = (await client.get(f"{path}/file-2")).json()
    assert (failed["status"], failed["last_error"]) == (
        "failed",
        {"code": "invalid_file", "message": "The file is torn."},
    )


async def test_attributes_are_replaced(engine, client, path) -> None:
    await add(engine, client, path, attributes={"a": 1})
    assert (await client.post(f"{path}/file-1", json={"attributes": {"b": True}})).json()["attributes"] == {"b": True}
    assert (await client.post(f"{path}/file-1", json={"attributes": None})).json()["attributes"] == {}
    assert (await client.post(f"{path}/file-1", json={})).status_code == 400


async def test_a_file_is_taken_out_and_stays_stored(engine, client, path) -> None:
    await add(engine, client, path)
    deleted = (await client.delete(f"{path}/file-1")).json()
    assert deleted == {"id": "file-1", "object": "vector_store.file.deleted", "deleted": True}
    for answer in (await client.get(f"{path}/file-1"), await client.delete(f"{path}/file-1")):
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "not_found")
    assert (await client.get("/v1/files/file-1")).status_code == 200


async def test_its_passages(engine, client, path) -> None:
    texts = [f"Passage {number}." for number in range(1101)]
    await add(engine, client, path, text="\n\n".join(texts))
    body = (await client.get(f"{path}/file-1/content")).json()
    assert (body["object"], body["has_more"]) == ("vector_store.file_content.page", False)
    assert body["data"] == [{"type": "text", "text": text} for text in texts]
    more = (await client.get(f"{path}/file-1/content", params={"include_metadata": True})).json()["data"][0]
    assert more["chunk_metadata"]["source"] == "heron.txt" and more["chunk_metadata"]["chunk_id"] == "1"
    refused = await client.get(f"{path}/file-1/content", params={"include_embeddings": True})
    assert (refused.status_code, refused.json()["error"]["param"]) == (400, "include_embeddings")
