"""Code is coloured by role, and never fails on what it does not know."""

from __future__ import annotations

from app.ui.chat.highlight import Span, language_name, line_spans


def test_keywords_and_comments_of_a_line() -> None:
    lines = line_spans("def f():\n    return 1  # one", "python")
    assert Span(0, 3, "code_keyword") in lines[0]
    assert Span(14, 5, "code_comment") in lines[1]


def test_a_string_over_lines_is_coloured_on_each() -> None:
    lines = line_spans('"""a\nb"""', "python")
    assert lines == [(Span(0, 4, "code_string"),), (Span(0, 4, "code_string"),)]


def test_unknown_languages_and_huge_code_are_plain() -> None:
    assert line_spans("x", "no-such-language") == []
    assert line_spans("x", "") == []
    assert line_spans("x = 1\n" * 20_000, "python") == []


def test_names_of_languages() -> None:
    assert language_name("py") == "Python"
    assert language_name("whatever") == "whatever"
