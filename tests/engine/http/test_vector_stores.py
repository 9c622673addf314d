"""Vector stores are banks: made, listed, changed, searched and deleted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import pytest

from app.engine.domain.memory import Chunking
from tests.fakes.memory import MINILM
from tests.fakes.serving import calling

STORES = "/v1/vector_stores"


@pytest.fixture
async def client(engine) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(engine) as opened:
        yield opened


async def make(client: httpx.AsyncClient, **fields: Any) -> dict[str, Any]:
    answer = await client.post(STORES, json=fields)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_store_is_made_with_all_it_may_have(engine, client) -> None:
    file = await engine.files.add("hay.txt", b"Hay is dried grass.")
    sizes = {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 10}
    body = await make(
        client,
        name=" Birds ",
        description="Of the fen",
        file_ids=[file.id, file.id],
        chunking_strategy={"type": "static", "static": sizes},
        metadata={"a": "b"},
        expires_after={"anchor": "last_active_at", "days": 3},
        provider_id="faiss",
        provider_vector_store_id="mine",
        embedding_model=MINILM.id,
        embedding_dimension=3,
    )
    bank = engine.memory.all[body["id"]]
    assert (bank.name, bank.description, bank.expires_after_days) == ("Birds", "Of the fen", 3)
    assert bank.chunking == Chunking(max_tokens=100, overlap_tokens=10)
    assert body["metadata"] == {"a": "b", "provider_vector_store_id": "mine"}
    assert body["file_counts"]["completed"] == body["file_counts"]["total"] == 1
    assert (await client.get(f"{STORES}/{body['id']}")).json() == body


async def test_a_store_needs_nothing(client) -> None:
    body = await make(client)
    assert (body["object"], body["name"], body["status"]) == ("vector_store", "Vector store", "completed")


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"file_ids": ["file-9"]}, "file_id"),
        ({"embedding_model": "nowhere", "embedding_dimension": 3}, "model"),
        ({"embedding_dimension": 7}, "embedding_dimension"),
    ],
    ids=str,
)
async def test_no_store_is_made_of_what_is_not_there(engine, client, fields: dict[str, Any], param: str) -> None:
    answer = await client.post(STORES, json=fields)
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, param)
    assert engine.memory.all == {}


async def test_stores_are_listed_newest_first_without_keys_and_values(engine, client) -> None:
    for number in range(4):
        bank = engine.memory.add_bank(f"{number}", type="keyvalue" if number == 1 else "vector")
        engine.memory.all[bank.id] = msgspec.structs.replace(bank, created_at=float(number))
    engine.memory.add_bank("chat", session_id="s")

    async def names(**query: Any) -> tuple[list[str], bool]:
        body = (await client.get(STORES, params=query)).json()
        return [store["name"] for store in body["data"]], body["has_more"]

    assert await names() == (["3", "2", "0"], False)
    assert await names(order="asc", limit=2) == (["0", "2"], True)
    assert await names(after="vs_4") == (["2", "0"], False)
    assert await names(before="vs_1", limit=1) == (["2"], True)
    assert (await client.get(STORES, params={"limit": 101})).status_code == 400


async def test_a_store_is_changed(engine, client) -> None:
    made = await make(client, name="Old", metadata={"a": "b"})
    path = f"{STORES}/{made['id']}"
    changed = (await client.post(path, json={"name": "New", "metadata": {"c": "d"}})).json()
    assert (changed["name"], changed["metadata"]) == ("New", {"c": "d"})
    kept = (await client.post(path, json={"expires_after": {"anchor": "last_active_at", "days": 1}})).json()
    assert (kept["name"], kept["expires_after"]["days"]) == ("New", 1)


async def test_a_deleted_store_is_a_wrong_argument(client) -> None:
    made = await make(client)
    path = f"{STORES}/{made['id']}"
    deleted = (await client.delete(path)).json()
    assert deleted == {"id": made["id"], "object": "vector_store.deleted", "deleted": True}
    for method, tail, body in (
        ("GET", "", None),
        ("POST", "", {}),
        ("DELETE", "", None),
        ("GET", "/files", None),
        ("POST", "/files", {"file_id": "f"}),
        ("POST", "/search", {"query": "q"}),
        ("POST", "/file_batches", {"file_ids": ["f"]}),
        ("GET", "/file_batches/b", None),
    ):
        for prefix in ("", "/openai/v1"):
            answer = await client.request(method, path.replace("/v1", f"/v1{prefix}", 1) + tail, json=body)
            assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bank_not_found"), (method, tail)
            assert answer.json()["error"]["type"] == "invalid_request_error"


async def test_passages_are_found(engine, client) -> None:
    bank = engine.memory.add_bank("Birds")
    for name, text in (("heron.txt", "The heron waits.\n\nThe owl flies."), ("kiwi.txt", "The kiwi walks.")):
        engine.memory.add_document(bank.id, name, text, attributes={"name": name}, file_id=f"file-{name}")
    path = f"{STORES}/{bank.id}/search"
    body = (
        await client.post(path, json={"query": "heron waits", "search_mode": "keyword", "max_num_results": 1})
    ).json()
    (found,) = body["data"]
    assert (body["object"], body["search_query"]) == ("vector_store.search_results.page", ["heron waits"])
    assert (body["has_more"], body["next_page"]) == (False, None)
    assert (found["file_id"], found["filename"]) == ("file-heron.txt", "heron.txt")
    assert found["attributes"] == {"name": "heron.txt"} and 0 < found["score"] <= 1
    assert (found["content"][0]["type"], found["content"][0]["text"]) == ("text", "The heron waits.")
    ((banks, request),) = engine.memory.searches
    assert (banks, request.mode, request.limit) == ((bank.id,), "keyword", 1)


async def test_the_hits_of_several_queries_are_joined(engine, client) -> None:
    bank = engine.memory.add_bank("Birds")
    engine.memory.add_document(bank.id, "birds.txt", "The heron waits.\n\nThe kiwi walks.\n\nThe owl flies.")
    body = (await client.post(f"{STORES}/{bank.id}/search", json={"query": ["heron waits", "kiwi walks"]})).json()
    assert body["search_query"] == ["heron waits", "kiwi walks"]
    assert [hit["content"][0]["text"] for hit in body["data"]] == ["The heron waits.", "The kiwi walks."]


async def test_a_filter_nested_as_deep_as_json_goes_breaks_nothing(engine, client) -> None:
    bank = engine.memory.add_bank("Birds")
    for depth in (7, 100, 500, 900, 5000):
        filters = '{"type":"and","filters":[' * depth + '{"type":"eq","key":"k","value":1}' + "]}" * depth
        answer = await client.post(
            f"{STORES}/{bank.id}/search",
            content=f'{{"query": "q", "filters": {filters}}}',
            headers={"content-type": "application/json"},
        )
        assert answer.status_code == (200 if depth == 7 else 400), (depth, answer.text[:200])


async def test_a_bank_that_expired_says_so(engine, client) -> None:
    bank = engine.memory.add_bank("Old", expires_after_days=1)
    engine.memory.all[bank.id] = msgspec.structs.replace(bank, created_at=1.0)
    assert (await client.get(f"{STORES}/{bank.id}")).json()["status"] == "expired"
