"""What was found: shown in part, told once, with its line."""

from __future__ import annotations

import re

from app.engine.safety.rules.finding import MOST, Finding, apart, concerns, masked, matches, shortened, without_overlaps


def finding(start: int, end: int, **fields: object) -> Finding:
    return Finding(**{"category": "c", "name": "N", "excerpt": "e", "start": start, "end": end, **fields})


def test_masked_values_show_a_quarter_at_most() -> None:
    assert masked("abcdefghijklmnopqrst") == "abcd… (20 characters)"
    assert masked("abcdefgh") == "ab… (8 characters)"
    assert masked("abc") == "… (3 characters)"
    assert masked("abcdefghijkl", 2) == "ab… (12 characters)"


def test_shortened_values_stand_on_one_line() -> None:
    assert shortened("a\n  b") == "a b"
    assert shortened("x" * 100, 10) == "x" * 9 + "…"


def test_of_what_overlaps_the_first_stays() -> None:
    kept = without_overlaps([finding(10, 20), finding(0, 5), finding(15, 25), finding(5, 10), finding(0, 30)])
    assert [(each.start, each.end) for each in kept] == [(0, 5), (5, 10), (10, 20)]
    assert len(without_overlaps(finding(place, place + 1) for place in range(1000))) == MOST


def test_concerns_name_the_line() -> None:
    text = "a\nb\n\nc"
    found = concerns(text, [finding(0, 1), finding(2, 3, probability=0.5, code="x"), finding(5, 6)])
    assert [each.detail for each in found] == ["line 1: e", "line 2: e", "line 4: e"]
    assert (found[1].probability, found[1].code, found[1].category, found[1].name) == (0.5, "x", "c", "N")


def test_what_stands_apart() -> None:
    assert apart("abc", 0, 3) and apart("(abc)", 1, 4)
    assert not apart("abc", 1, 3) and not apart("abc", 0, 2) and not apart("é1", 1, 2)


def test_matches_end() -> None:
    assert len(list(matches(re.compile("a"), "a" * 10_000))) == MOST * 20
