"""Citations become links where they belong: behind their statement, never inside code, links or a table's frame."""

from __future__ import annotations

import pytest

from app.engine.domain.agents import CitationMark
from app.ui.chat.citations import cited, linked, links_to, marked, without_marks
from app.ui.chat.markdown import segments

NUMBERS = (1, 2, 3)


def rendered(text: str, *marks: CitationMark) -> list[str]:
    """Return the segments with their links as [n], code with the numbers it lost."""
    found = []
    for segment in segments(marked(text, marks)):
        if segment.kind == "code":
            code, numbers = without_marks(segment.content)
            found.append(f"{code}{links_to(numbers)}")
        else:
            found.append(linked(segment.content, NUMBERS))
    return found


def link(number: int) -> str:
    return f'<a class="cite" href="source:{number}">[{number}]</a>'


def at(text: str, words: str, *numbers: int, written: bool = False) -> CitationMark:
    return CitationMark(offset=text.index(words) + len(words), numbers=numbers, written=written)


def test_a_mark_stands_behind_its_statement() -> None:
    text = "**Clean it.** Then rinse."
    (html,) = rendered(text, at(text, "it.**", 1), at(text, "rinse.", 3, 2))
    space = "&nbsp;"
    assert html == f"<p><strong>Clean it.</strong>{space}{link(1)} Then rinse.{space}{link(2)}{link(3)}</p>"


def test_what_the_model_wrote_is_linked_once() -> None:
    text = "Rinse twice [2]. See also [9]."
    (html,) = rendered(text, at(text, "[2]", 2, written=True))
    assert html == f"<p>Rinse twice {link(2)}. See also [9].</p>"


def test_a_written_mark_without_its_sign_is_put_in() -> None:
    (html,) = rendered("Rinse.", CitationMark(offset=6, numbers=(1,), written=True))
    assert link(1) in html


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("x\n\n```py\na[1]\nb\n```\n\nafter", "b"),
        ("1. one\n   ```py\n   a[1]\n   ```\n2. two", "a[1]"),
        ("> q\n> ```\n> a[1]\n> ```\n> end", "a[1]"),
        ("    a[1]\n    b\n\nend.", "a[1]"),
        ("```py\na[1]", "a[1]"),
        ("~~~\na[1]\n~~~\n", "a[1]\n~~~"),
    ],
)
def test_code_keeps_its_characters_and_the_mark_follows_it(text: str, inside: str) -> None:
    html = "".join(rendered(text, at(text, inside, 2)))
    code = "".join(rendered(text))
    assert "a[1]" in html and html.count(link(2)) == 1 and link(1) not in html
    assert html.index(link(2)) > html.index("a[1]")
    assert link(2) not in code and "~~~2" not in html


def test_inline_code_and_links_are_left_whole() -> None:
    text = "Use `a[1]` and [the docs](https://example.org/a)."
    html = "".join(rendered(text, at(text, "`a", 2), at(text, "example", 3)))
    assert "<code>a[1]</code>" in html and 'href="https://example.org/a">the docs</a>' in html
    assert html.count(link(2)) == html.count(link(3)) == 1 and link(1) not in html


def test_a_mark_behind_a_row_goes_into_its_last_cell() -> None:
    text = "| a | b |\n|---|---|\n| 1 | 2 |\n"
    html = "".join(rendered(text, at(text, "| 2 |", 1)))
    assert link(1) in html and html.index(link(1)) < html.rindex("</td>")


def test_only_known_sources_are_linked_and_private_signs_are_taken_out() -> None:
    text = "One.\ue0007\ue001 Two [7]."
    (html,) = rendered(text, at(text, "Two", 7))
    assert "<a" not in html and "\ue000" not in html


def test_marks_beyond_the_end_are_kept_at_the_end() -> None:
    (html,) = rendered("Short.", CitationMark(offset=500, numbers=(1,)))
    assert html.endswith(f"{link(1)}</p>")


def test_the_numbers_an_answer_cites() -> None:
    assert cited("As [3] says, not [8].", (CitationMark(offset=1, numbers=(1, 9)),), NUMBERS) == (1, 3)
