"""The words of a question are found in a passage, and nothing of the passage becomes markup."""

from __future__ import annotations

import pytest

from app.ui.memory.emphasis import emphasised, spans


@pytest.mark.parametrize(
    ("text", "query", "found"),
    [
        ("Clean the brew group", "brew CLEAN", ["Clean", "brew"]),
        ("He runs and ran", "run", ["runs"]),
        ("a b c", "a b", []),
        ("Straße und STRASSE", "strasse", ["Straße", "STRASSE"]),
        ("nothing here", "", []),
    ],
)
def test_words_and_their_endings_are_found(text: str, query: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in spans(text, query)] == found


def test_untrusted_text_stays_text() -> None:
    assert emphasised("<b>x</b> & run", "run") == "&lt;b&gt;x&lt;/b&gt; &amp; <b>run</b>"


def test_a_long_passage_is_cut_around_the_first_word_found() -> None:
    text = "start " * 200 + "needle " + "end " * 200
    shown = emphasised(text, "needle", most=120)
    assert "<b>needle</b>" in shown and shown.startswith("… ") and shown.endswith(" …")
    assert len(shown) < 160


def test_lines_stay_lines_and_blanks_are_joined() -> None:
    assert emphasised("one\n\n  two\t three", "x") == "one<br>two three"
