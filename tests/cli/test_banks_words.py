"""Banks as a person reads them in a terminal."""

from __future__ import annotations

import msgspec
import pytest

from app.cli.banks_words import document_line, found, named, progress_words, search_words, status_lines
from app.engine.domain.errors import BankNotFound, InvalidRequest
from app.engine.domain.memory import (
    Bank,
    BankStats,
    Chunk,
    Document,
    DocumentFailure,
    Hit,
    IngestProgress,
    LanguageFit,
    LegScores,
    SearchResult,
    WatchedFolder,
)
from tests.fakes.terminal import TerminalHost

BANK = Bank(id="vs_1", name="Birds", embedding_model="m")


def test_a_bank_is_named_by_its_id_or_its_name(host: TerminalHost) -> None:
    birds, other = (host.engine.memory.add_bank(name) for name in ("Birds", "Other"))
    with host:
        assert named(host, birds.id) == birds
        assert named(host, "other") == other
        with pytest.raises(BankNotFound) as refused:
            named(host, "Fish")
        assert "Birds, Other" in refused.value.hint
        host.engine.memory.add_bank("birds")
        with pytest.raises(InvalidRequest) as several:
            named(host, "Birds")
        assert birds.id in several.value.hint
        assert named(host, birds.id) == birds


def test_the_status_tells_figures_advice_and_folders() -> None:
    stats = BankStats(documents=5, ready=3, working=1, failed=1, chunks=42, size_bytes=3_000_000)
    bank = msgspec.structs.replace(BANK, stats=stats, description="Of the fen", fit=LanguageFit(advice="Take another."))
    folders = (WatchedFolder(id="dir_1", bank_id="vs_1", path="/fen", files=7, problem="It is not there."),)
    lines = list(status_lines(bank, folders))
    assert lines[0] == "Birds (vs_1): reading 1 documents"
    assert [line.strip() for line in lines[1:]] == [
        "Of the fen",
        "5 documents (3 ready, 1 to read, 1 failed), 42 passages, 3 MB",
        "vector, embedded with m",
        "Take another.",
        "follows /fen: 7 files (It is not there.)",
    ]


def test_a_failure_says_why_and_what_to_do() -> None:
    failure = DocumentFailure(code="x", message="It is torn.", hint="Mend it.")
    document = Document(id="file-1", bank_id="vs_1", name="a.pdf", state="failed", failure=failure)
    assert document_line(document) == "a.pdf (file-1): failed: It is torn. Mend it."


def test_a_hit_has_the_scores_of_both_ways() -> None:
    chunk = Chunk(id=1, document_id="d", index=0, text="The\n heron  waits.", start=0, end=9, page=3)
    legs = LegScores(vector=0.5, keyword=None)
    hit = Hit(bank_id="vs_1", document_id="d", document_name="a.pdf", chunk=chunk, score=0.876, legs=legs)
    ranked = msgspec.structs.replace(hit, legs=LegScores(vector=0.5, keyword=2, rerank=0.9))
    result = SearchResult(hits=(hit, ranked), seconds=0.0124)
    assert list(found(result)) == [
        "1. 0.88  a.pdf, page 3  (vector 0.50, keyword -)",
        "    The heron waits.",
        "2. 0.88  a.pdf, page 3  (vector 0.50, keyword 2.00, rerank 0.90)",
        "    The heron waits.",
    ]
    assert search_words(result) == "2 passages (hybrid, 12 ms)"


def test_progress_has_figures_and_the_time_left() -> None:
    assert progress_words(BANK, 1, 4) == "█████░░░░░░░░░░░░░░░  1 of 4 documents"
    progress = IngestProgress(done=50, total=100, speed=25.4, eta=120)
    words = progress_words(msgspec.structs.replace(BANK, progress=progress), 1, 4)
    assert words == "██████████░░░░░░░░░░  1 of 4 documents  50 of 100 passages  25/s  2 min left"
