"""Addresses of documents: every path comes back from its address, in every script and with bytes that are no text."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.memory.addresses import file_uri, path_of, shown, shown_name, stored_uri, text_uri

NAMES = [
    "plain.txt",
    "mit Leerzeichen.md",
    "übung.txt",
    "документ.pdf",
    "文書.docx",
    "वर्णन.txt",
    "a%20b#c?d.txt",
    "👩‍🌾.md",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_path_comes_back_in_every_script(name: str) -> None:
    path = Path("/data") / name
    assert path_of(file_uri(path)) == path
    assert file_uri(path).isascii()
    assert shown(file_uri(path)) == str(path)


@given(st.binary(min_size=1, max_size=40).filter(lambda name: not {0, 0x2F} & set(name) and name not in (b".", b"..")))
def test_a_path_of_any_bytes_comes_back(name: bytes) -> None:
    path = Path(os.fsdecode(b"/data/" + name))
    assert path_of(file_uri(path)) == path
    shown_name(path).encode("utf-8")


def test_bytes_that_are_no_text_are_shown_with_a_mark() -> None:
    assert shown_name(Path(os.fsdecode(b"/a/caf\xe9.txt"))) == "caf?.txt"


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_names_of_pasted_text_differ_by_name_and_are_no_paths(name: str) -> None:
    uri = text_uri(name)
    assert path_of(uri) is None
    assert shown(uri) == f"text:{name}"


def test_a_stored_file_is_no_path() -> None:
    assert path_of(stored_uri("file-1")) is None
    assert path_of("https://example.org/a") is None
    assert stored_uri("file-1") == "stored:file-1"
