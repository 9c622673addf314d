from __future__ import annotations

import io

from openpyxl import Workbook

from tests.fakes.documents import OTHER, SENTENCE, contents
from tests.fakes.reading import read_bytes


def saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_sheets_are_pages_and_rows_name_their_columns(tmp_path) -> None:
    outcome = read_bytes(tmp_path, "a.xlsx", contents()["xlsx"])
    assert [(part.page, part.label) for part in outcome.parts] == [(1, "Birds"), (2, "Reeds & more")]
    assert outcome.parts[0].text.splitlines()[:3] == [
        "bird | count | seen | note | rare",
        f"bird: heron; count: 3.5; seen: 2026-01-05; note: {SENTENCE}; rare: TRUE",
        "count: =B2*2",
    ]
    assert outcome.parts[1].text == OTHER


def test_one_cell_in_the_far_corner_costs_nothing(tmp_path) -> None:
    book = Workbook()
    book.active["XFD1048576"] = SENTENCE
    assert read_bytes(tmp_path, "a.xlsx", saved(book)).text == SENTENCE


def test_numbers_are_shown_as_people_know_them(tmp_path) -> None:
    book = Workbook()
    book.active.append([0.1 + 0.2, 3.0, 1e-7, 12345678901])
    assert read_bytes(tmp_path, "a.xlsx", saved(book)).text == "0.3 | 3 | 1e-07 | 12345678901"


def test_more_cells_than_are_read_are_told(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("app.engine.memory.parsing.xlsx._CELLS", 4)
    book = Workbook()
    for index in range(5):
        book.active.append([f"a{index}", f"b{index}"])
    book.create_sheet("Second")["A1"] = "x"
    outcome = read_bytes(tmp_path, "a.xlsx", saved(book))
    assert [omitted.where for omitted in outcome.omitted] == ["Sheet", "Second"]
    assert "a1" in outcome.text
    assert "a2" not in outcome.text
