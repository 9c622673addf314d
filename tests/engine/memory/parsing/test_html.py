from __future__ import annotations

import pytest

from tests.fakes.documents import SENTENCE
from tests.fakes.reading import read_bytes


def test_structure_becomes_blocks(tmp_path) -> None:
    page = (
        "<body><h2>Where &amp; how</h2><p>one\n two<br>three</p><ol><li>a<li><b>b</b></ol><blockquote>said</blockquote>"
        "<table><tr><th>bird<th>n<tr><td>heron<td>3</table><pre>x\n  y</pre>"
    )
    outcome = read_bytes(tmp_path, "a.html", page)
    assert outcome.headings == [(2, "Where & how")]
    assert outcome.blocks("paragraph") == ["one two\nthree"]
    assert outcome.blocks("list") == ["- a\n- b"]
    assert outcome.blocks("quote") == ["said"]
    assert outcome.blocks("table") == ["bird | n\nheron | 3"]
    assert outcome.blocks("code") == ["x\n  y"]


def test_what_is_no_text_is_left_out(tmp_path) -> None:
    page = (
        "<head><title>T</title><style>s</style></head><body><nav>n</nav><script>x<p></script>text<!-- c --><svg>v</svg>"
    )
    outcome = read_bytes(tmp_path, "a.html", page)
    assert (outcome.closed.title, outcome.text) == ("T", "text")


def test_the_declared_encoding_is_used(tmp_path) -> None:
    page = "<html><meta charset='windows-1251'><p>Серая цапля</p>".encode("cp1251")
    outcome = read_bytes(tmp_path, "a.html", page)
    assert (outcome.text, outcome.closed.encoding) == ("Серая цапля", "windows-1251")


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 100_000 + SENTENCE,
        "<p>" * 50_000 + SENTENCE + "</b></i>" * 50_000,
        SENTENCE + "<!--" * 200_000,
        SENTENCE + "<?x" * 200_000,
        "<table>" * 20_000 + f"<tr><td>{SENTENCE}",
        f"<head><body>{SENTENCE}",
        f"<p>{SENTENCE}<a href='never closed",
    ],
)
def test_broken_and_hostile_pages_are_read_in_no_time(tmp_path, page: str) -> None:
    assert SENTENCE in read_bytes(tmp_path, "a.html", page).text
