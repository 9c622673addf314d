"""A look into memory in one line, and its sources as harmless HTML."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from app.engine.domain.agents import Attachment, Included, MemoryRetrievalStep, Source
from app.ui import i18n
from app.ui.chat.retrieval_words import details_html, line_words, place_words, source_words

FILE = Attachment(bank_id="chat", document_id="f", name="report.pdf")
SOURCE = Source(number=1, bank_id="b", document_id="d", document_name="A <b>.pdf", quote="Clean & rinse.", start=0,
                end=5, page=3, label="page 3", score=0.87)  # fmt: skip


@pytest.fixture(autouse=True)
def english(qapp: QApplication) -> None:
    i18n.install(qapp, "en")


def look(**fields: Any) -> MemoryRetrievalStep:
    told: dict[str, Any] = {"id": "s", "turn_id": "t", "query": "how?", "state": "completed"}
    return MemoryRetrievalStep(**(told | fields))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"state": "running"}, "Searching your documents …"),
        ({"bank_ids": ("a", "b"), "sources": (SOURCE,) * 4}, "Searched 2 banks · 4 passages"),
        ({"bank_ids": ("a",), "nothing_found": True}, "Not in your documents"),
        ({"bank_ids": ("a",), "state": "failed"}, "Your documents could not be searched"),
        (
            {"attachments": (Included(attachment=FILE, how="whole", tokens=1234),), "bank_ids": ("chat",)},
            "report.pdf included whole · 1,234 tokens",
        ),
        (
            {"attachments": (Included(attachment=FILE, how="searched"),), "sources": (SOURCE,), "bank_ids": ("chat",)},
            "report.pdf searched: too long for the context  ·  1 passage",
        ),
        (
            {"attachments": (Included(attachment=FILE, how="left_out", reason="it is empty"),)},
            "report.pdf left out: it is empty",
        ),
        ({}, "Looked into memory"),
    ],
)
def test_one_line_says_what_was_done(fields: dict[str, Any], words: str) -> None:
    assert line_words(look(**fields)) == words


def test_details_have_page_relevance_and_quote_and_are_harmless() -> None:
    html = details_html(look(sources=(SOURCE,), note="One bank was left out."))
    assert '<a href="source:1">[1] A &lt;b&gt;.pdf, page 3</a>' in html
    assert "87 % relevant" in html and "Clean &amp; rinse." in html
    assert "Looked for: how?" in html and "One bank was left out." in html
    assert "No passage was relevant enough for: how?" in details_html(look(nothing_found=True))


def test_long_quotes_are_cut_at_a_word() -> None:
    long = Source(number=2, bank_id="b", document_id="d", document_name="a", quote="word " * 200, start=0, end=9)
    assert "word …" in details_html(look(sources=(long,)))
    assert place_words(long) == "" and source_words(long) == "a"
