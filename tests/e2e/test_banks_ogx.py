"""Vector stores, vector-io, files, embeddings and reranking through the client of Llama Stack (OGX), unmodified."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import ogx_client
import pytest

from tests.e2e.conftest import KEY

pytestmark = pytest.mark.leaks("the engine outlives the tests that share it")

MINILM = "all-MiniLM-L6-v2"
OWL = "The owl flies at night and hears a mouse under the snow."


@pytest.fixture(scope="module")
def client(served: str) -> Iterator[ogx_client.OgxClient]:
    with ogx_client.OgxClient(base_url=served, api_key=KEY, max_retries=0) as opened:
        yield opened


@pytest.fixture(scope="module")
def store(client) -> Iterator[str]:
    """A store with two chunks of birds."""
    extra = {"provider_id": "faiss", "embedding_model": MINILM, "embedding_dimension": 384}
    made = client.vector_stores.create(name="Birds", metadata={"set": 1}, extra_body=extra)
    client.vector_io.insert(
        vector_store_id=made.id,
        chunks=[
            chunk("c1", "# Kiwis\n\n\ncannot fly.  ", "kiwi", {"page": 1, "legs": 2}),
            chunk("c2", OWL, "owl", {"page": 2, "legs": 2}),
        ],
    )
    yield made.id
    client.vector_stores.delete(made.id)


def chunk(chunk_id: str, text: str, document: str, metadata: dict[str, Any]) -> Any:
    return {
        "chunk_id": chunk_id,
        "content": text,
        "chunk_metadata": {"document_id": document},
        "metadata": metadata,
        "embedding": [0.05] * 384,
        "embedding_dimension": 384,
        "embedding_model": "another",
    }


def test_a_store_lives(client) -> None:
    made = client.vector_stores.create(name="Horses", metadata={"a": "b"})
    assert (made.name, made.status, made.file_counts.total) == ("Horses", "completed", 0)
    assert client.vector_stores.update(vector_store_id=made.id, name="Ponies").name == "Ponies"
    assert made.id in [each.id for each in client.vector_stores.list(limit=5)]
    assert client.vector_stores.delete(vector_store_id=made.id).deleted
    with pytest.raises(ogx_client.BadRequestError):
        client.vector_stores.retrieve(vector_store_id=made.id)
    with pytest.raises(ogx_client.BadRequestError, match="384"):
        client.vector_stores.create(extra_body={"embedding_dimension": 100})
    with pytest.raises(ogx_client.BadRequestError, match="provider_id"):
        client.vector_stores.create(extra_body={"provider_id": "pinecone"})


def test_chunks_come_back_as_they_were(client, store) -> None:
    answer = client.vector_io.query(vector_store_id=store, query="Which bird cannot fly?", params={"max_chunks": 1})
    (found,) = answer.chunks
    assert (found.content, found.chunk_id) == ("# Kiwis\n\n\ncannot fly.  ", "c1")
    assert found.metadata == {"document_id": "kiwi", "page": 1, "legs": 2}
    assert found.chunk_metadata.document_id == "kiwi"
    assert (found.embedding_model, found.embedding_dimension) == (MINILM, 384)
    assert len(answer.scores) == 1 and 0 < answer.scores[0] <= 1


def test_more_chunks_of_a_document_join_it(client) -> None:
    made = client.vector_stores.create(name="Joined")
    for chunk_id, text in (("a", "Hay is dried grass."), ("b", "Oats are a grain."), ("a", "Hay is dry.")):
        client.vector_io.insert(vector_store_id=made.id, chunks=[chunk(chunk_id, text, "feed", {})])
    answer = client.vector_io.query(vector_store_id=made.id, query="hay and oats", params={"mode": "keyword"})
    assert sorted(each.content for each in answer.chunks) == ["Hay is dry.", "Oats are a grain."]
    assert client.vector_stores.retrieve(vector_store_id=made.id).file_counts.completed == 1
    client.vector_stores.delete(vector_store_id=made.id)


@pytest.mark.parametrize("mode", ["vector", "keyword", "hybrid"])
def test_every_mode_finds_it(client, store, mode: str) -> None:
    found = client.vector_stores.search(
        vector_store_id=store, query="owl at night", search_mode=mode, max_num_results=1
    )
    assert (found.object, found.search_query) == ("vector_store.search_results.page", ["owl at night"])
    assert found.data[0].content[0].text == OWL
    assert found.data[0].attributes == {"page": 2, "legs": 2}


@pytest.mark.parametrize(
    "options",
    [
        {"ranker": "rrf"},
        {"ranker": "rrf", "impact_factor": 60.0},
        {"ranker": "weighted", "alpha": 0.7, "score_threshold": 0.1},
        {"ranker": {"type": "rrf"}},
        {"ranker": {"type": "weighted", "params": {"alpha": 0.3}}},
        {"weights": {"vector": 0.9, "keyword": 0.1}},
        {"ranker": "auto", "hybrid_search": {"embedding_weight": 0.5, "text_weight": 0.5}},
        {"ranker": "neural", "model": MINILM},
    ],
    ids=str,
)
def test_rankers_as_texts_and_objects(client, store, options: Any) -> None:
    found = client.vector_stores.search(vector_store_id=store, query="owl at night", ranking_options=options)
    assert found.data[0].content[0].text == OWL


def test_what_is_not_done_is_refused_by_name(client, store) -> None:
    for fields in ({"rewrite_query": True}, {"ranking_options": {"ranker": "best"}}, {"filters": {"type": "like"}}):
        with pytest.raises(ogx_client.BadRequestError, match=next(iter(fields))):
            client.vector_stores.search(vector_store_id=store, query="owl", **fields)
    with pytest.raises(ogx_client.BadRequestError, match="ttl_seconds"):
        client.vector_io.insert(vector_store_id=store, chunks=[chunk("c", "x", "d", {})], ttl_seconds=60)


def test_files_and_batches(client, served: str) -> None:
    file = client.files.create(file=("owl.txt", OWL.encode()), purpose="assistants")
    assert client.files.content(file.id) == OWL
    assert file.id in [each.id for each in client.files.list(purpose="assistants")]
    made = client.vector_stores.create(name="Files", file_ids=[])
    batch = client.vector_stores.file_batches.create(vector_store_id=made.id, file_ids=[file.id], attributes={"n": 1})
    until = time.monotonic() + 30
    while batch.status == "in_progress" and time.monotonic() < until:
        batch = client.vector_stores.file_batches.retrieve(batch.id, vector_store_id=made.id)
    assert (batch.status, batch.file_counts.completed) == ("completed", 1)
    (listed,) = client.vector_stores.file_batches.list_files(batch.id, vector_store_id=made.id)
    assert (listed.id, listed.attributes) == (file.id, {"n": 1})
    files = client.vector_stores.files
    assert files.retrieve(file.id, vector_store_id=made.id).status == "completed"
    content = files.content(file.id, vector_store_id=made.id, include_metadata=True)
    assert content.data[0].text == OWL and content.data[0].chunk_metadata.source == "owl.txt"
    assert files.update(file.id, vector_store_id=made.id, attributes={"n": 2}).attributes == {"n": 2}
    assert [each.id for each in files.list(vector_store_id=made.id)] == [file.id]
    assert files.delete(file.id, vector_store_id=made.id).deleted
    client.vector_stores.delete(vector_store_id=made.id)
    assert client.files.delete(file.id).deleted


def test_embeddings_and_reranking(client) -> None:
    made = client.embeddings.create(model=MINILM, input=["a horse", "a mare"])
    assert [len(each.embedding) for each in made.data] == [384, 384]
    ranked = client.alpha.inference.rerank(
        model=MINILM, query="a bird of the night", items=["a stone", {"type": "text", "text": OWL}], max_num_results=1
    )
    assert [each.index for each in ranked] == [1]
    assert 0 < ranked[0].relevance_score <= 1


def test_the_model_tells_its_kind_and_dimension(client) -> None:
    model = next(each for each in client.models.list().data if each.id == MINILM)
    assert model.custom_metadata["model_type"] == "embedding"
    assert model.custom_metadata["embedding_dimension"] == 384
