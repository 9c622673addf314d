from __future__ import annotations

from tests.fakes.reading import read_bytes


def test_levels_come_from_the_order_of_the_marks(tmp_path) -> None:
    text = "=====\nTitle\n=====\n\nPart\n====\n\nSection\n-------\ntext\n\nPart two\n========\n"
    assert read_bytes(tmp_path, "a.rst", text).headings == [(1, "Title"), (2, "Part"), (3, "Section"), (2, "Part two")]


def test_code_lists_tables_and_comments(tmp_path) -> None:
    text = (
        "Look::\n\n  x = 1\n\n  y = 2\n\nback\n\n.. code-block:: python\n\n   z = 3\n\n* a\n* b\n\n.. a comment\n\n"
        "+---+---+\n| a | b |\n+---+---+\n\n    indented words\n"
    )
    outcome = read_bytes(tmp_path, "a.rst", text)
    assert [code.strip() for code in outcome.blocks("code")] == ["x = 1\n\n  y = 2", "z = 3"]
    assert outcome.blocks("list") == ["* a\n* b"]
    assert len(outcome.blocks("table")) == 1
    assert "a comment" not in outcome.text
    assert "back" in outcome.blocks("paragraph")
    assert outcome.blocks("quote") == ["indented words"]
