"""Banks, documents and passages are put into words; nothing technical slips through."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from app.engine.domain.memory import (
    Added,
    Bank,
    BankStats,
    Document,
    DocumentFailure,
    IngestProgress,
    LanguageFit,
    SkippedPart,
)
from app.ui import i18n
from app.ui.memory import words
from tests.fakes.memory import MINILM, POLYGLOT

BANK = Bank(id="vs_1", name="Manuals")
DOCUMENT = Document(id="file-1", bank_id="vs_1", name="a.pdf")


@pytest.fixture
def english(qapp: QApplication) -> None:
    i18n.install(qapp, "en")


@pytest.mark.parametrize(
    ("fields", "said", "phase"),
    [
        ({}, "empty", "waiting"),
        ({"type": "keyvalue"}, "ready", "ready"),
        ({"problem": "no disk"}, "failed: no disk", "failed"),
        ({"stats": BankStats(documents=3, ready=3)}, "ready", "ready"),
        ({"stats": BankStats(documents=3, ready=2, failed=1)}, "ready, 1 document failed", "ready"),
        ({"stats": BankStats(documents=3, working=2)}, "reading 2 documents", "embedding"),
        ({"stats": BankStats(documents=3, working=2), "paused": True}, "paused, 2 documents waiting", "paused"),
        ({"stats": BankStats(documents=3), "reembedding": "other"}, "changing to other", "embedding"),
    ],
)
def test_a_bank_says_how_it_is(english: None, fields: dict[str, object], said: str, phase: str) -> None:
    bank = Bank(id="vs_1", name="Manuals", **fields)  # type: ignore[arg-type]
    assert (words.bank_words(bank), words.bank_phase(bank)) == (said, phase)


def test_figures_of_a_bank(english: None) -> None:
    bank = Bank(id="b", name="B", stats=BankStats(documents=1, chunks=2, size_bytes=4_200_000))
    assert words.bank_facts(bank).replace("\N{NO-BREAK SPACE}", " ") == "1 document  ·  2 passages  ·  4.2 MB"
    keyvalue = Bank(id="b", name="B", type="keyvalue", stats=BankStats(documents=2))
    assert words.bank_facts(keyvalue).replace("\N{NO-BREAK SPACE}", " ") == "2 entries"
    assert words.bank_facts(Bank(id="b", name="B", type="keyvalue")) == ""
    progress = IngestProgress(done=120, total=800, eta=84)
    assert words.progress_words(progress) == "120 of 800 passages  ·  1 min 24 s left"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "waiting"),
        ({"state": "parsing", "done": 4, "total": 10}, "parsing 40 %"),
        ({"state": "parsing"}, "parsing"),
        ({"state": "embedding", "done": 120, "total": 800}, "embedding 120 of 800"),
        (
            {"state": "failed", "failure": DocumentFailure(code="x", message="it is encrypted")},
            "failed: it is encrypted",
        ),
        ({"state": "ready"}, "ready"),
        ({"state": "paused"}, "paused"),
    ],
)
def test_a_document_says_how_it_is(fields: dict[str, object], said: str) -> None:
    document = Document(id="d", bank_id="b", name="a.pdf", **fields)  # type: ignore[arg-type]
    assert words.document_words(document) == said


def test_every_kind_and_mode_is_explained() -> None:
    kinds = ("vector", "keyword", "keyvalue", "graph")
    assert len({words.type_words(kind) for kind in kinds}) == len({words.type_explanation(kind) for kind in kinds}) == 4  # type: ignore[arg-type]
    assert len({words.mode_words(mode) for mode in ("hybrid", "vector", "keyword")}) == 3  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("page", "label", "said"),
    [(3, "page 3", "page 3"), (3, "", "page 3"), (2, "Sheet “Costs”", "Sheet “Costs”"), (0, "", "")],
)
def test_places(page: int, label: str, said: str) -> None:
    assert words.place_words(page, label) == said


def test_relevance_languages_and_models() -> None:
    assert words.score_words(0.874) == "87 % relevant" and words.score_words(3) == "100 % relevant"
    assert words.language_words(("en",)) == "English"
    assert words.language_words(("*",)) == "many languages"
    assert words.language_words(("de", "en", "fr", "it")) == "German and 3 more languages"
    assert words.language_words(("fi",)) == "Finnish"
    assert words.model_words(MINILM).startswith("MiniLM L6 v2  ·  English")
    assert "many languages" in words.model_words(POLYGLOT)


def test_what_adding_led_to(english: None) -> None:
    refused = tuple(SkippedPart(where=f"{n}.exe", reason="no text") for n in range(4))
    said, why = words.added_words(Added(documents=(DOCUMENT,), unchanged=2, refused=refused))
    assert said == "1 document added. 2 unchanged files. 4 files left out."
    assert why.count("no text") == 3
    assert words.added_words(Added(unchanged=1)) == ("1 unchanged file.", "")


def test_a_time_that_never_was_says_nothing() -> None:
    assert words.when_words(0) == "" and words.when_words(1_700_000_000) != ""
    assert LanguageFit().advice == ""
