from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.domain.memory import Chunking
from app.engine.domain.parsing import Block
from app.engine.memory.chunking import ATOM, Chunker, WordMeasure, count_words

KINDS = ("paragraph", "heading", "list", "code", "table", "quote")


def laid_out(texts: list[tuple[str, str, int]]) -> tuple[str, list[Block]]:
    """Put texts together with their blocks."""
    text, blocks = "", []
    for kind, inner, level in texts:
        start = len(text)
        text += inner
        blocks.append(Block(kind=kind, start=start, end=len(text), level=level))
        text += "\n\n"
    return text, blocks


def cut(texts: list[tuple[str, str, int]], most: int = 20, overlap: int = 0) -> list[str]:
    text, blocks = laid_out(texts)
    pieces = Chunker(Chunking(max_tokens=most, overlap_tokens=overlap)).pieces(text, blocks)
    return [text[piece.start : piece.end] for piece in pieces]


words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=120) | st.lists(
    st.sampled_from(["heron", "waits.", "鷺は待つ。", "นกกระสา", "the", "x" * 150, "\n", "a, b", "Ж"]), max_size=80
).map(" ".join)
documents = st.lists(st.tuples(st.sampled_from(KINDS), words, st.integers(1, 6)), max_size=8)


@settings(max_examples=300, deadline=None)
@given(documents, st.integers(1, 40), st.integers(0, 30))
def test_pieces_are_stretches_of_the_text_that_fit(texts, most, overlap) -> None:
    text, blocks = laid_out(texts)
    measure = WordMeasure()
    pieces = Chunker(Chunking(max_tokens=most, overlap_tokens=overlap)).pieces(text, blocks)
    for piece in pieces:
        inner = text[piece.start : piece.end]
        assert inner
        assert inner == inner.strip()
        # A run without spaces that was cut is counted by its stretches.
        assert measure.count([inner])[0] <= piece.tokens <= most
        assert piece.words == count_words(inner)
    assert all(a.start < b.start and a.end < b.end for a, b in itertools.pairwise(pieces))
    if not overlap:
        assert all(a.end <= b.start for a, b in itertools.pairwise(pieces))
    # Nothing that can be read is lost.
    covered = set().union(*(range(piece.start, piece.end) for piece in pieces))
    assert all(index in covered for found in ATOM.finditer(text) for index in range(*found.span()))


def test_a_heading_begins_a_piece_and_stays_with_its_text() -> None:
    texts = [
        ("paragraph", "one two", 0),
        ("heading", "Part", 1),
        ("heading", "Inner", 2),
        ("paragraph", "three four", 0),
    ]
    assert cut(texts) == ["one two", "Part\n\nInner\n\nthree four"]
    long = [("heading", "Part", 1), ("paragraph", "word " * 30, 0)]
    assert cut(long)[0].startswith("Part\n\nword")


def test_the_path_of_headings_carries_over_parts() -> None:
    chunker = Chunker(Chunking())
    text, blocks = laid_out([("heading", "Book", 1), ("heading", "Chapter\n one", 2), ("paragraph", "text", 0)])
    assert [p.headings for p in chunker.pieces(text, blocks)] == [("Book", "Chapter one")]
    text, blocks = laid_out([("paragraph", "more", 0), ("heading", "Two", 2), ("paragraph", "text", 0)])
    assert [p.headings for p in chunker.pieces(text, blocks)] == [("Book", "Chapter one"), ("Book", "Two")]
    text, blocks = laid_out([("heading", "Other", 1), ("paragraph", "text", 0)])
    assert [p.headings for p in chunker.pieces(text, blocks)] == [("Other",)]


def test_small_neighbours_are_merged_up_to_the_limit() -> None:
    assert cut([("paragraph", f"p{index} a b c d", 0) for index in range(5)]) == [
        "p0 a b c d\n\np1 a b c d\n\np2 a b c d\n\np3 a b c d",
        "p4 a b c d",
    ]


def test_rows_and_lines_of_code_stay_whole() -> None:
    rows = "\n".join(f"name: bird {index}; count: {index}" for index in range(12))
    for kind in ("table", "code"):
        pieces = cut([(kind, rows, 0)])
        assert "\n".join(pieces) == rows
        assert len(pieces) > 1


def test_long_paragraphs_are_cut_at_the_ends_of_sentences() -> None:
    pieces = cut([("paragraph", "One two three four five six. " * 9, 0)])
    assert all(piece.endswith("six.") for piece in pieces)
    chinese = cut([("paragraph", "鹭鸟在安静的港口等待着。" * 9, 0)])
    assert all(piece.endswith("。") for piece in chinese)


def test_overlap_repeats_the_end_of_the_piece_before() -> None:
    pieces = cut([("paragraph", " ".join(f"w{index}" for index in range(60)), 0)], overlap=5)
    for before, after in itertools.pairwise(pieces):
        assert before.split()[-5:] == after.split()[:5]


def test_a_run_without_spaces_is_cut_all_the_same() -> None:
    pieces = cut([("paragraph", "x" * 10_000, 0)])
    assert "".join(pieces) == "x" * 10_000
    assert max(map(len, pieces)) <= 20 * 100


def test_words_are_counted_in_every_script() -> None:
    assert count_words("The green heron, waiting — well: 3.5 kg!") == 7
    assert count_words("今日は、いい天気。") == 4
    assert count_words("鹭鸟在 harbour 等") == 3
    assert count_words("안녕하세요 세계") == 2
    assert count_words("นกกระสาสีเขียว") == 4
    assert count_words("Привет, мир") == 2
    assert count_words("") == 0
