"""Vector stores, files and embeddings through OpenAI's own client, unmodified, against the whole engine."""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterator

import openai
import pytest

from tests.e2e.conftest import KEY

pytestmark = pytest.mark.leaks("the engine outlives the tests that share it")

MINILM = "all-MiniLM-L6-v2"
SOON = {"poll_interval_ms": 20}
HERON = "The grey heron stands in the reeds and waits for fish."
OWL = "The owl flies at night and hears a mouse under the snow."


@pytest.fixture(scope="module")
def client(served: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{served}/v1", api_key=KEY, max_retries=0) as opened:
        yield opened


@pytest.fixture
def store(client) -> Iterator[str]:
    made = client.vector_stores.create(name="Birds")
    yield made.id
    client.vector_stores.delete(made.id)


def upload(client, name: str, text: str) -> str:
    return client.files.create(file=(name, text.encode()), purpose="assistants").id


def test_files_are_kept_listed_given_back_and_deleted(client) -> None:
    expiry = {"anchor": "created_at", "seconds": 3600}
    made = client.files.create(file=("notes.txt", b"hay"), purpose="user_data", expires_after=expiry)
    assert (made.filename, made.bytes, made.purpose, made.object) == ("notes.txt", 3, "user_data", "file")
    assert made.expires_at - made.created_at == 3600
    assert client.files.retrieve(made.id) == made
    assert made.id in [file.id for file in client.files.list(purpose="user_data")]
    assert client.files.content(made.id).read() == b"hay"
    assert client.files.wait_for_processing(made.id).status == "processed"
    assert client.files.delete(made.id).deleted
    with pytest.raises(openai.NotFoundError):
        client.files.retrieve(made.id)


def test_pages_of_files_follow_each_other(client) -> None:
    ids = [upload(client, f"{number}.txt", "x") for number in range(5)]
    listed = [file.id for file in client.files.list(limit=2, order="asc")]
    assert [each for each in listed if each in ids] == ids
    for each in ids:
        client.files.delete(each)


def test_a_store_lives(client) -> None:
    made = client.vector_stores.create(
        name="Horses", metadata={"a": "b"}, expires_after={"anchor": "last_active_at", "days": 7}
    )
    assert (made.name, made.status, made.metadata, made.expires_after.days) == ("Horses", "completed", {"a": "b"}, 7)
    assert client.vector_stores.retrieve(made.id).id == made.id
    assert client.vector_stores.update(made.id, name="Ponies", metadata={"c": "d"}).name == "Ponies"
    assert made.id in [store.id for store in client.vector_stores.list(limit=1)]
    assert client.vector_stores.delete(made.id).deleted
    with pytest.raises(openai.BadRequestError, match="memory bank") as refused:
        client.vector_stores.retrieve(made.id)
    assert refused.value.code == "bank_not_found"


def test_files_are_read_found_and_filtered(client, store) -> None:
    files = client.vector_stores.files
    heron, owl = upload(client, "heron.txt", HERON), upload(client, "owl.txt", OWL)
    for file_id, attributes in ((heron, {"kind": "wader", "weight": 1.5}), (owl, {"kind": "owl", "weight": 0.4})):
        read = files.create_and_poll(file_id, vector_store_id=store, attributes=attributes, **SOON)
        assert (read.status, read.attributes) == ("completed", attributes)
    found = client.vector_stores.search(store, query="owl at night").data
    assert (found[0].file_id, found[0].filename, found[0].content[0].text) == (owl, "owl.txt", OWL)
    assert 0 <= found[1].score < found[0].score <= 1

    def ids(**filters: object) -> list[str]:
        return [hit.file_id for hit in client.vector_stores.search(store, query="bird", filters=filters)]

    assert ids(type="eq", key="kind", value="wader") == [heron]
    assert ids(type="lt", key="weight", value=1) == [owl]
    assert ids(type="in", key="kind", value=["owl", "duck"]) == [owl]
    light = {"type": "lte", "key": "weight", "value": 0.4}
    assert set(ids(type="or", filters=[{"type": "eq", "key": "kind", "value": "wader"}, light])) == {heron, owl}
    assert ids(type="and", filters=[{"type": "ne", "key": "kind", "value": "owl"}, light]) == []
    files.update(owl, vector_store_id=store, attributes={"kind": "night bird"})
    assert ids(type="eq", key="kind", value="night bird") == [owl]

    assert [part.text for part in files.content(owl, vector_store_id=store)] == [OWL]
    assert [file.id for file in files.list(store, order="asc", limit=1)] == [heron, owl]
    assert [file.id for file in files.list(store, filter="failed")] == []
    assert client.vector_stores.retrieve(store).file_counts.completed == 2
    assert files.delete(owl, vector_store_id=store).deleted
    assert [hit.file_id for hit in client.vector_stores.search(store, query="owl")] == [heron]
    assert client.files.retrieve(owl).id == owl


def test_a_file_that_cannot_be_read_says_why(client, store) -> None:
    read = client.vector_stores.files.upload_and_poll(
        vector_store_id=store, file=("broken.pdf", b"%PDF-1.7 no more"), **SOON
    )
    assert (read.status, read.last_error.code) == ("failed", "invalid_file")
    assert "damaged" in read.last_error.message or "ends too early" in read.last_error.message
    assert [file.id for file in client.vector_stores.files.list(store, filter="failed")] == [read.id]


def test_sizes_of_ones_own_are_cut_to_what_the_model_reads(client, store) -> None:
    static = {"type": "static", "static": {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 0}}
    words = " ".join(f"Sentence number {number} speaks of birds." for number in range(60))
    file_id = upload(client, "long.txt", words)
    files = client.vector_stores.files
    small = files.create_and_poll(file_id, vector_store_id=store, chunking_strategy=static, **SOON)
    assert small.chunking_strategy.static.max_chunk_size_tokens == 100
    many = len(files.content(file_id, vector_store_id=store).data)
    static["static"]["max_chunk_size_tokens"] = 4096
    large = files.create_and_poll(file_id, vector_store_id=store, chunking_strategy=static, **SOON)
    assert large.chunking_strategy.static.max_chunk_size_tokens < 256
    assert 1 < len(files.content(file_id, vector_store_id=store).data) < many


def test_batches(client, store) -> None:
    ids = [upload(client, f"{number}.txt", f"Fact {number} about birds.") for number in range(3)]
    batches = client.vector_stores.file_batches
    batch = batches.create_and_poll(store, file_ids=ids, attributes={"set": 1}, **SOON)
    assert (batch.status, batch.file_counts.completed, batch.file_counts.total) == ("completed", 3, 3)
    listed = list(batches.list_files(batch.id, vector_store_id=store, order="asc", limit=2))
    assert [(file.id, file.attributes) for file in listed] == [(each, {"set": 1}) for each in ids]
    own = batches.create(store, files=[{"file_id": ids[0], "attributes": {"set": 2}}])
    assert batches.retrieve(own.id, vector_store_id=store).file_counts.total == 1
    assert batches.cancel(batch.id, vector_store_id=store).status == "completed"
    uploaded = batches.upload_and_poll(store, files=[("a.txt", b"Alpha"), ("b.txt", b"Beta")], **SOON)
    assert uploaded.file_counts.completed == 2


def test_embeddings_as_numbers_as_base64_and_shortened(client) -> None:
    plain = client.embeddings.create(model=MINILM, input=["a horse", "a mare"], encoding_format="float")
    assert [len(each.embedding) for each in plain.data] == [384, 384]
    assert plain.usage.prompt_tokens == plain.usage.total_tokens > 0
    one = client.embeddings.create(model=MINILM, input="a horse", encoding_format="float").data[0].embedding
    # Left to itself this client asks for base64 and decodes it.
    assert client.embeddings.create(model=MINILM, input="a horse").data[0].embedding == pytest.approx(one, abs=1e-6)
    raw = client.embeddings.with_raw_response.create(model=MINILM, input="a horse", encoding_format="base64")
    packed = base64.b64decode(raw.http_response.json()["data"][0]["embedding"])
    assert struct.unpack("<384f", packed) == pytest.approx(one, abs=1e-6)
    short = client.embeddings.create(model=MINILM, input="a horse", dimensions=64).data[0].embedding
    assert len(short) == 64 and sum(value * value for value in short) == pytest.approx(1, abs=1e-5)
    of_tokens = client.embeddings.create(model=MINILM, input=[[1037, 3586]]).data[0].embedding
    assert of_tokens == pytest.approx(one, abs=1e-6)
    with pytest.raises(openai.BadRequestError, match="384"):
        client.embeddings.create(model=MINILM, input="a horse", dimensions=385)
    with pytest.raises(openai.NotFoundError):
        client.embeddings.create(model="text-embedding-9", input="a horse")


def test_the_model_is_listed(client) -> None:
    model = client.models.retrieve(MINILM)
    assert model.model_extra["metadata"]["embedding_dimension"] == 384
    assert MINILM in [each.id for each in client.models.list()]
