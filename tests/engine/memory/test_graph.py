"""Entities of a passage without a model: what stands there, and nothing that does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.memory.graph import MOST_NAMES, find_links, find_names, fold_name, read_passage


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("In 1903 the Nobel Committee honoured Marie Curie.", ["Nobel Committee", "Marie Curie"]),
        ("Yesterday it rained. Then we met Anna in Berlin.", ["Anna", "Berlin"]),
        ("The Bank of England raised rates.", ["Bank of England"]),
        ("We read Достоевский, and Ödön von Horváth.", ["Достоевский", "Ödön von Horváth"]),
        ("We met Marie and Pierre Curie.", ["Marie and Pierre Curie"]),
        ("nothing here has a name", []),
        ("", []),
    ],
)  # fmt: skip
def test_names(text: str, names: list[str]) -> None:
    assert find_names(text) == names


def test_links_of_all_kinds() -> None:
    text = "See [the page](notes/a.md), [[Rivers|the rivers]] and https://example.org/b."
    assert find_links(text) == ["notes/a.md", "Rivers", "https://example.org/b."]


def test_a_passage_says_how_its_entities_hang_together() -> None:
    found = read_passage("The stable of Mara Holt lies near Ashby; see [[Rivers]].", ("Stables", "North"))
    kinds = {mention.name: mention.kind for mention in found.mentions}
    assert kinds == {"Stables": "heading", "North": "heading", "Mara Holt": "name", "Ashby": "name", "Rivers": "name"}
    links = {(link.source, link.kind, link.target) for link in found.links}
    assert ("North", "part of", "Stables") in links
    assert ("North", "mentions", "Mara Holt") in links
    assert ("North", "links to", "Rivers") in links
    assert ("Ashby", "appears with", "Mara Holt") in links


def test_a_long_list_of_names_is_cut() -> None:
    text = "we met " + ", ".join(f"Anna{chr(97 + i)} Holt{chr(97 + i)}" for i in range(20))
    names = [mention for mention in read_passage(text, ()).mentions if mention.kind == "name"]
    assert len(names) == MOST_NAMES


@given(st.text(max_size=300))
def test_nothing_is_invented(text: str) -> None:
    words = fold_name(text)
    for name in find_names(text):
        assert fold_name(name) in words
