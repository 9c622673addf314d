"""Passages that an app cut itself go in as they are and come back as they were."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.fakes.serving import calling

TEXT = "# Kiwis \n\n\ncannot fly.   "


@pytest.fixture
async def client(engine) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(engine) as opened:
        yield opened


@pytest.fixture
def store(engine) -> str:
    return engine.memory.add_bank("Birds", embedding_dimension=3).id


def chunk(text: Any = TEXT, document: str | None = "doc", **fields: Any) -> dict[str, Any]:
    return {"content": text, "chunk_metadata": {"document_id": document}} | fields


async def insert(client, store: str, *chunks: dict[str, Any]) -> httpx.Response:
    return await client.post("/v1/vector-io/insert", json={"vector_store_id": store, "chunks": chunks})


async def find(client, store: str, query: Any = "kiwis", **params: Any) -> Any:
    body = {"vector_store_id": store, "query": query, "params": params or None}
    return (await client.post("/v1/vector-io/query", json=body)).json()


async def test_a_chunk_comes_back_as_it_was(client, store) -> None:
    given = chunk(chunk_id="c1", metadata={"page": 3, "tags": ["a"]}, embedding=[1, 0, 0], embedding_model="other")
    answer = await insert(client, store, given, chunk("The owl.", chunk_id="c2", metadata={"page": 4}))
    assert (answer.status_code, answer.json()) == (200, None)
    body = await find(client, store)
    (found,) = body["chunks"]
    assert (found["content"], found["chunk_id"]) == (TEXT, "c1")
    assert found["metadata"] == {"document_id": "doc", "page": 3, "tags": ["a"]}
    assert found["chunk_metadata"]["document_id"] == "doc"
    assert (found["embedding_dimension"], found["embedding"]) == (3, [])
    assert len(body["scores"]) == 1 and 0 < body["scores"][0] <= 1


async def test_a_chunk_of_a_known_id_takes_the_place_of_the_old_one(client, store) -> None:
    await insert(client, store, chunk("Kiwis walk.", chunk_id="c1"), chunk("Kiwis sleep.", chunk_id="c2"))
    await insert(client, store, chunk("Kiwis run.", chunk_id="c1"))
    found = await find(client, store, max_chunks=10)
    assert sorted(each["content"] for each in found["chunks"]) == ["Kiwis run.", "Kiwis sleep."]


async def test_the_store_may_be_named_as_older_clients_do(client, store) -> None:
    answer = await client.post("/v1/vector-io/insert", json={"vector_db_id": store, "chunks": [chunk()]})
    assert answer.status_code == 200
    body = (await client.post("/v1/vector-io/query", json={"vector_db_id": store, "query": "kiwis"})).json()
    assert [each["content"] for each in body["chunks"]] == [TEXT]


async def test_documents_of_other_kinds_are_found_as_well(engine, client, store) -> None:
    engine.memory.add_document(store, "kiwi.txt", "A kiwi.", file_id="file-k", attributes={"k": 1})
    (found,) = (await find(client, store, "kiwi"))["chunks"]
    assert (found["content"], found["metadata"]) == ("A kiwi.", {"document_id": "file-k", "k": 1})


async def test_an_unknown_store_is_not_found(client) -> None:
    assert (await insert(client, "vs_9", chunk())).status_code == 404
    assert (await find(client, "vs_9"))["error"]["code"] == "bank_not_found"
