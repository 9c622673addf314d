"""Markdown of untrusted messages becomes harmless segments, and LaTeX stays readable."""

from __future__ import annotations

import pytest

from app.ui.chat.markdown import blocks, plain, segments


def html_of(text: str) -> str:
    return "".join(segment.content for segment in segments(text))


def test_prose_code_and_tables_are_parted() -> None:
    kinds = [s.kind for s in segments("Hi\n\nthere\n\n```python\nx = 1\n```\n\n|a|b|\n|-|-|\n|1|2|\n\nend")]
    assert kinds == ["prose", "code", "table", "prose"]


def test_code_keeps_its_language_and_is_not_escaped() -> None:
    (code,) = segments("```c++ title=x\nif (a < b && c) {}\n```")
    assert code.language == "c++"
    assert code.content == "if (a < b && c) {}"


def test_an_open_fence_is_code_to_the_end() -> None:
    (code,) = segments("```\nstill\nopen")
    assert (code.kind, code.content) == ("code", "still\nopen")


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "a <b onclick=x>bold</b>",
        "<style>*{display:none}</style>",
        "<!-- <p> -->",
        "<a href='javascript:x'>y</a>",
    ],
)
def test_raw_html_is_shown_as_text(hostile: str) -> None:
    shown = html_of(hostile)
    assert "<script" not in shown and "<img" not in shown and "<style" not in shown and "<b " not in shown
    assert "&lt;" in shown


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "file:///etc/passwd", "data:text/html,x", "vbscript:x", "//host/x"],
)
def test_links_of_other_schemes_are_not_links(address: str) -> None:
    shown = html_of(f"[click]({address}) <{address}> ![pic]({address})")
    assert "href" not in shown and "src" not in shown


def test_links_of_the_web_and_of_mail_are_links() -> None:
    shown = html_of("[a](https://example.org/x) [b](mailto:me@example.org) [c](http://example.org)")
    assert shown.count("href=") == 3


def test_images_become_links_and_are_never_fetched() -> None:
    shown = html_of("![a cat](https://example.org/cat.png)")
    assert "<img" not in shown
    assert '<a href="https://example.org/cat.png">[a cat]</a>' in shown


@pytest.mark.parametrize("formula", [r"$\frac{a_1}{b_1}$", r"$$\sum_{i=1}^n x_i * y_i$$", r"\(a_b\)", r"\[x * y * z\]"])
def test_latex_stays_as_written(formula: str) -> None:
    assert f"<code>{formula}</code>" in html_of(f"so {formula} holds")


def test_money_is_not_latex() -> None:
    assert "<code>" not in html_of("it costs $5 and $6, or $ 7 $ in all")


def test_table_cells_keep_their_side() -> None:
    (table,) = segments("|a|b|\n|:-|-:|\n|1|2|")
    assert '<td align="right">2</td>' in table.content and 'cellspacing="0"' in table.content


def test_deep_nesting_and_long_lines_end_soon() -> None:
    assert segments(">" * 3000 + " deep")
    assert segments("*" * 20_000)
    assert segments("[" * 5_000)
    assert segments("x" * 20_000)[0].kind == "prose"


def test_a_persons_words_are_shown_as_typed() -> None:
    shown = plain("<b>\n  *two*")
    assert "&lt;b&gt;\n  *two*" in shown


def test_blocks_know_where_they_end() -> None:
    assert [b.end_line for b in blocks("one\n\n```\ncode\n```\n\ntwo")] == [1, 5, 7]
