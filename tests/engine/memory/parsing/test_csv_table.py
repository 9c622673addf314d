from __future__ import annotations

import pytest

from tests.fakes.reading import read_bytes


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path, delimiter: str) -> None:
    table = "\n".join(delimiter.join(row) for row in (("bird", "note"), ("heron", "tall"), ("rail", "shy")))
    assert read_bytes(tmp_path, "a.csv", table).text.splitlines()[1:] == [
        "bird: heron; note: tall",
        "bird: rail; note: shy",
    ]


def test_quotes_hold_delimiters_and_line_breaks(tmp_path) -> None:
    outcome = read_bytes(tmp_path, "a.csv", 'bird,note\nheron,"tall, grey\nand ""calm"""\n')
    assert outcome.text.splitlines()[1] == 'bird: heron; note: tall, grey and "calm"'


def test_a_quote_that_never_ends_and_a_huge_field_lose_no_rows_before(tmp_path) -> None:
    outcome = read_bytes(tmp_path, "a.csv", 'bird,note\nheron,tall\nrail,"' + "x" * 3_000_000 + "\nlast,row\n")
    assert "bird: heron; note: tall" in outcome.text


def test_many_rows_are_one_table(tmp_path) -> None:
    outcome = read_bytes(tmp_path, "a.csv", "bird,n\n" + "heron,3\n" * 1_000)
    assert len(outcome.blocks("table")) == 1
    assert outcome.text.count("bird: heron; n: 3") == 1_000
