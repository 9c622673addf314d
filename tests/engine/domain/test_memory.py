"""The states of banks and documents are told in words."""

from __future__ import annotations

import pytest

from app.engine.domain.memory import Bank, BankStats, Document, DocumentFailure, IngestProgress


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "empty"),
        ({"stats": BankStats(documents=2, ready=2)}, "ready"),
        ({"stats": BankStats(documents=3, ready=2, failed=1)}, "ready, 1 failed"),
        ({"stats": BankStats(documents=3, working=3)}, "reading 3 documents"),
        ({"stats": BankStats(documents=3, working=3), "paused": True}, "paused, 3 waiting"),
        ({"stats": BankStats(documents=3, ready=3), "paused": True}, "ready"),
        ({"stats": BankStats(working=1), "progress": IngestProgress(done=3, total=9)}, "reading, 3 of 9 passages"),
        ({"problem": "no disk", "paused": True, "stats": BankStats(working=1)}, "failed: no disk"),
    ],
)
def test_a_bank_in_words(fields: dict[str, object], words: str) -> None:
    assert Bank(id="vs_1", name="Birds", **fields).in_words() == words


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "waiting"),
        ({"state": "parsing"}, "parsing"),
        ({"state": "parsing", "done": 1, "total": 3}, "parsing 33 %"),
        ({"state": "embedding", "done": 5, "total": 8}, "embedding 5 of 8"),
        ({"state": "failed"}, "failed"),
        ({"state": "failed", "failure": DocumentFailure(code="x", message="It is locked.")}, "failed: It is locked."),
        ({"state": "ready", "done": 8, "total": 8}, "ready"),
    ],
)
def test_a_document_in_words(fields: dict[str, object], words: str) -> None:
    assert Document(id="file-1", bank_id="vs_1", name="a.pdf", **fields).in_words() == words
