from __future__ import annotations

from app.engine.memory.parsing.pdf_layout import Line, lumps_of


def page(*lines: tuple[str, float]) -> list[tuple[str, str]]:
    """Lay out lines of size 10 at a baseline each; a bar divides cells."""
    laid = [Line(tuple(text.split("|")), y, 72.0, 10.0) for text, y in lines]
    return [(lump.kind, lump.text) for lump in lumps_of(laid)]


def test_distances_divide_paragraphs() -> None:
    assert page(("one", 700), ("two", 688), ("three", 676), ("four", 650), ("five", 638)) == [
        ("paragraph", "one two three"), ("paragraph", "four five"),
    ]  # fmt: skip


def test_divided_words_become_whole_and_chinese_has_no_spaces() -> None:
    assert page(("the har-", 700), ("bour", 688)) == [("paragraph", "the harbour")]
    assert page(("鹭鸟在安静", 700), ("的港口", 688)) == [("paragraph", "鹭鸟在安静的港口")]


def test_lines_with_gaps_are_rows_where_they_stand_together() -> None:
    assert page(("Counts", 700), ("bird|n", 680), ("heron|3", 668), ("end", 640), ("1|Alone", 600)) == [
        ("paragraph", "Counts"), ("table", "bird | n"), ("table", "heron | 3"),
        ("paragraph", "end"), ("paragraph", "1 Alone"),
    ]  # fmt: skip


def test_larger_letters_are_headings() -> None:
    lines = [
        Line(("Title",), 700, 72, 20),
        Line(("Part",), 670, 72, 13.5),
        *(Line((f"text {n}",), 650 - n, 72, 10) for n in range(9)),
    ]
    lumps = list(lumps_of(lines))
    assert [(lump.text, lump.level) for lump in lumps[:2]] == [("Title", 1), ("Part", 2)]


def test_a_sentence_goes_on_in_the_next_column() -> None:
    assert page(("It goes on", 100), ("here. End.", 700), ("New", 720)) == [
        ("paragraph", "It goes on here. End."), ("paragraph", "New"),
    ]  # fmt: skip


def test_bullets_are_items() -> None:
    assert page(("• one", 700), ("more", 688), ("2) two", 676)) == [("list", "• one more"), ("list", "2) two")]


def test_a_blank_page_has_nothing() -> None:
    assert page() == []
