from __future__ import annotations

from app.engine.memory.parsing.rows import Rows


def lines(*table: list[str]) -> list[str]:
    rows = Rows()
    return [lump.text for row in table for lump in rows.take(enumerate(row))]


def test_rows_name_their_columns() -> None:
    assert lines(["bird", "n"], ["heron", "3"], ["", ""], ["", "4"], ["a", "b", "extra"]) == [
        "bird | n", "bird: heron; n: 3", "n: 4", "bird: a; n: b; extra",
    ]  # fmt: skip


def test_tables_without_names_show_their_cells() -> None:
    assert lines(["heron", "3"], ["reed\nwarbler", "12"]) == ["heron | 3", "reed warbler | 12"]
    assert lines(["same", "same"], ["a", "b"]) == ["same | same", "a | b"]
