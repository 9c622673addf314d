from __future__ import annotations

import json

import pytest

from app.engine.domain.errors import DocumentUnreadable
from tests.fakes.reading import read_bytes


def test_values_have_their_paths(tmp_path) -> None:
    value = {"a": {"b": [1, 2], "c": [{"d": None}, {"d": "x y"}]}, "e": True}
    assert read_bytes(tmp_path, "a.json", json.dumps(value)).text.splitlines() == [
        "a.b: 1, 2", "a.c[0].d: null", "a.c[1].d: x y", "e: true",
    ]  # fmt: skip


def test_an_entry_of_a_list_is_a_line(tmp_path) -> None:
    assert read_bytes(tmp_path, "a.json", '[{"a": 1, "b": "x"}, 2, "z"]').text.splitlines() == ["a: 1; b: x", "2", "z"]


@pytest.mark.parametrize("text", ['{"a": 1, // comment\n "b": 2}', "[" * 100_000, '{"open": "'])
def test_what_is_no_json_is_read_as_text(tmp_path, text: str) -> None:
    assert read_bytes(tmp_path, "a.json", text).text.replace("\n", "") == text.replace("\n", "")


def test_lines_of_json_are_rows(tmp_path) -> None:
    text = '{"a": 1}\n\nno json\n{"a": "' + "x" * 50_000 + '"}'
    assert read_bytes(tmp_path, "a.jsonl", text).text.split("\n") == ["a: 1", "no json", "a: " + "x" * 50_000]


def test_cells_of_a_notebook_keep_their_kind(tmp_path) -> None:
    cells = [
        {"cell_type": "markdown", "source": "# T\n\ntext"},
        {
            "cell_type": "code",
            "source": ["x = 1"],
            "outputs": [{"data": {"text/plain": ["one"]}}, {"text": "y" * 9_000}, 3],
        },
        "junk",
    ]
    outcome = read_bytes(tmp_path, "a.ipynb", json.dumps({"cells": cells}))
    assert outcome.headings == [(1, "T")]
    assert outcome.blocks("code") == ["x = 1", "one", "y" * 4_000]


def test_a_notebook_that_is_no_json_is_refused(tmp_path) -> None:
    with pytest.raises(DocumentUnreadable, match="no JSON"):
        read_bytes(tmp_path, "a.ipynb", "{")
