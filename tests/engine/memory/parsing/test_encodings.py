from __future__ import annotations

import pytest

from app.engine.domain.errors import DocumentUnreadable
from app.engine.memory.parsing.encodings import decode
from tests.fakes.reading import read_bytes

GERMAN = "Der Reiher frißt täglich grüne Frösche aus dem Weiher hinter der Mühle. "
RUSSIAN = "Серая цапля ждёт рано утром в тихой гавани свою добычу. "
JAPANESE = "アオサギは早朝、静かな港で獲物を待っています。"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_every_kind_of_unicode_is_read(tmp_path, codec: str) -> None:
    text = "The heron — «grüß» 鷺 🐦. " + "plain words " * 20
    outcome = read_bytes(tmp_path, "a.txt", text.encode(codec))
    assert outcome.text == text.strip()
    assert not outcome.omitted


@pytest.mark.parametrize(("text", "codec"), [(GERMAN, "cp1252"), (RUSSIAN, "cp1251"), (JAPANESE, "shift_jis")])
def test_code_pages_are_guessed_and_the_guess_is_told(tmp_path, text: str, codec: str) -> None:
    outcome = read_bytes(tmp_path, "a.txt", (text * 10).encode(codec))
    assert text.strip() in outcome.text
    assert [omitted.where for omitted in outcome.omitted] == ["the text"]


def test_a_code_page_is_found_far_into_a_file(tmp_path) -> None:
    outcome = read_bytes(tmp_path, "a.txt", b"plain words. " * 20_000 + b"\n\n" + (RUSSIAN * 5).encode("cp1251"))
    assert RUSSIAN.strip() in outcome.text


def test_a_few_damaged_places_do_not_change_the_encoding(tmp_path) -> None:
    outcome = read_bytes(tmp_path, "a.txt", (GERMAN * 20).encode() + b"caf\xe9 end")
    assert GERMAN.strip() in outcome.text
    assert "caf\ufffd end" in outcome.text
    assert "not UTF-8" in outcome.omitted[0].reason


def test_zero_bytes_far_into_a_file_are_no_text(tmp_path) -> None:
    with pytest.raises(DocumentUnreadable, match="no text"):
        read_bytes(tmp_path, "a.txt", b"words " * 50_000 + b"\0\0")


def test_very_long_lines_keep_every_character(tmp_path) -> None:
    text = "heron waits at the harbour " * 20_000
    assert read_bytes(tmp_path, "a.txt", text).text == text.strip()
    solid = "x" * 300_000
    assert read_bytes(tmp_path, "b.txt", solid).text.replace(" ", "") == solid


def test_short_texts_are_decoded_by_what_they_declare() -> None:
    assert decode("grün".encode("cp1252"), "cp1252") == "grün"
    assert decode("grün".encode(), "latin-1") == "grün"
    assert decode("grün".encode("utf-16"), "cp1252") == "grün"
    assert "gr" in decode("grün".encode("cp1252"), "no such codec")
