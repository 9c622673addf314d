"""Banks, documents and batches in OpenAI's words."""

from __future__ import annotations

import time
from typing import get_args

import msgspec
import pytest

from app.engine.domain.memory import Bank, BankStats, Chunking, Document, DocumentFailure, DocumentState, FileBatch
from app.engine.http.vector_bodies import STATES, batch_body, error_code, file_body, status_of, store_body

BANK = Bank(id="vs_1", name="Birds", created_at=100.5, used_at=200.5, metadata={"a": "b"})


def document(state: DocumentState = "ready", **fields: object) -> Document:
    return Document(id="file-own", bank_id="vs_1", name="heron.txt", state=state, created_at=150.5, **fields)


def test_a_store_counts_what_is_neither_read_nor_failed_as_in_progress() -> None:
    stats = BankStats(documents=10, ready=4, failed=3, cancelled=2, working=1, size_bytes=77)
    body = store_body(msgspec.structs.replace(BANK, stats=stats))
    assert body["file_counts"] == {"in_progress": 1, "completed": 4, "failed": 3, "cancelled": 2, "total": 10}
    assert (body["status"], body["usage_bytes"], body["created_at"]) == ("in_progress", 77, 100)
    assert (body["expires_after"], body["expires_at"], body["last_active_at"]) == (None, None, 200)
    assert store_body(BANK)["status"] == "completed"


def test_a_store_expires_days_after_its_last_use() -> None:
    body = store_body(msgspec.structs.replace(BANK, expires_after_days=2))
    assert (body["expires_at"], body["status"]) == (200 + 2 * 86_400, "expired")
    assert body["expires_after"] == {"anchor": "last_active_at", "days": 2}
    used = msgspec.structs.replace(BANK, expires_after_days=2, used_at=time.time())
    assert store_body(used)["status"] == "completed"


def test_every_state_has_one_status_and_every_status_its_states() -> None:
    for state in get_args(DocumentState):
        assert state in STATES[status_of(state)]
    assert sum(len(states) for states in STATES.values()) == len(get_args(DocumentState))


def test_a_file_goes_by_the_id_of_the_stored_file_or_its_own() -> None:
    assert file_body(document(), BANK)["id"] == "file-own"
    body = file_body(document(file_id="file-1", attributes={"k": 1}, size_bytes=9), BANK)
    assert (body["id"], body["vector_store_id"], body["usage_bytes"]) == ("file-1", "vs_1", 9)
    assert (body["attributes"], body["last_error"], body["filename"]) == ({"k": 1}, None, "heron.txt")


def test_sizes_are_those_of_the_file_or_of_the_store() -> None:
    own = document(chunking=Chunking(max_tokens=50, overlap_tokens=5))
    assert file_body(own, BANK)["chunking_strategy"] == {
        "type": "static",
        "static": {"max_chunk_size_tokens": 50, "chunk_overlap_tokens": 5},
    }
    assert file_body(document(), BANK)["chunking_strategy"]["static"]["max_chunk_size_tokens"] == 200


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("document_damaged", "invalid_file"),
        ("document_too_slow", "invalid_file"),
        ("unknown_format", "unsupported_file"),
        ("document_needs_ocr", "unsupported_file"),
        ("worker_died", "server_error"),
        ("disk_full", "server_error"),
    ],
)
def test_a_failure_has_one_of_three_words_and_says_what_to_do(code: str, word: str) -> None:
    failed = document("failed", failure=DocumentFailure(code=code, message="It is torn.", hint="Mend it."))
    assert file_body(failed, BANK)["last_error"] == {"code": error_code(code), "message": "It is torn. Mend it."}
    assert error_code(code) == word


@pytest.mark.parametrize(
    ("states", "cancelled", "status"),
    [
        (("ready", "ready"), False, "completed"),
        (("ready", "failed"), False, "completed"),
        (("failed", "failed"), False, "failed"),
        (("ready", "waiting"), False, "in_progress"),
        (("ready", "paused"), False, "in_progress"),
        (("ready", "cancelled"), True, "cancelled"),
        ((), False, "completed"),
    ],
)
def test_a_batch_is_as_far_as_its_documents(states: tuple[DocumentState, ...], cancelled: bool, status: str) -> None:
    batch = FileBatch(
        id="b", bank_id="vs_1", file_ids=("x",), cancelled=cancelled, documents=tuple(document(each) for each in states)
    )
    body = batch_body(batch)
    assert (body["status"], body["file_counts"]["total"]) == (status, len(states))
    assert sum(body["file_counts"][each] for each in STATES) == len(states)
