from __future__ import annotations

import pytest

from app.engine.domain.errors import DocumentUnreadable
from tests.fakes.reading import read_bytes


def test_text_is_decoded_by_fonts_code_pages_and_unicode(tmp_path) -> None:
    text = (
        r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset0 A;}{\f1\fcharset204 B;}}\f0 caf\'e9 \f1 \'e4\'e0\f0\~"
        r"\u-10179?\u-8978? \uc0\u8364 x\emdash\{y\}\par{\*\generator Gone;}{\pict 0102}two\tab end}"
    )
    assert read_bytes(tmp_path, "a.rtf", text).blocks("paragraph") == ["café да\xa0📮 €x—{y}", "two\tend"]


def test_headings_and_tables(tmp_path) -> None:
    text = r"{\rtf1\pard\outlinelevel1 Part\par\pard\intbl a\cell b\cell\row\intbl 1\cell 2\cell\row\pard after\par}"
    outcome = read_bytes(tmp_path, "a.rtf", text)
    assert outcome.headings == [(2, "Part")]
    assert outcome.blocks("table") == ["a | b\n1 | 2"]
    assert outcome.blocks("paragraph") == ["after"]


def test_groups_without_end_are_refused(tmp_path) -> None:
    with pytest.raises(DocumentUnreadable, match="nested"):
        read_bytes(tmp_path, "a.rtf", r"{\rtf1" + "{" * 5_000)
