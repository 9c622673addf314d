from __future__ import annotations

import os

import pytest

from app.engine.domain.parsing import PART_CHARACTERS, ParseLimits, ParseRequest
from app.engine.memory.parsing.formats import FORMATS
from app.engine.memory.parsing.host import parse
from app.engine.memory.parsing.wire import Refused
from tests.fakes.documents import LINK, SENTENCE, TITLE, contents, make_all
from tests.fakes.reading import read_bytes, read_file

SUFFIXES = sorted(contents())


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_format_gives_its_sentence_whole(suffix: str, tmp_path) -> None:
    outcome = read_bytes(tmp_path, f"birds.{suffix}", contents()[suffix])
    assert SENTENCE in outcome.text
    assert any(SENTENCE in part.text[p.start : p.end] for part in outcome.parts for p in part.pieces)
    assert outcome.opened.format in FORMATS
    assert outcome.closed.language == "en"
    assert not outcome.closed.flagged
    assert outcome.closed.characters == len(outcome.text)


@pytest.mark.parametrize(
    "suffix", sorted({"pdf", "docx", "pptx", "xlsx", "epub", "odt", "rtf", "html", "eml"} & set(SUFFIXES))
)
def test_a_wrong_suffix_does_not_matter_where_the_content_tells(suffix: str, tmp_path) -> None:
    assert SENTENCE in read_bytes(tmp_path, "birds.bin", contents()[suffix]).text


def test_parts_hold_blocks_and_pieces_within_their_text(tmp_path) -> None:
    for path in make_all(tmp_path).values():
        for part in read_file(path).parts:
            assert len(part.text) <= PART_CHARACTERS
            ends = [0]
            for block in part.blocks:
                assert ends[-1] <= block.start < block.end <= len(part.text)
                ends.append(block.end)
            for piece in part.pieces:
                assert part.text[piece.start : piece.end].strip() == part.text[piece.start : piece.end] != ""


def test_titles_and_links_are_found(tmp_path) -> None:
    made = make_all(tmp_path)
    for suffix in ("md", "rst", "html", "docx", "pptx", "epub", "odt", "rtf", "eml", "ipynb", "xml"):
        assert read_file(made[suffix]).closed.title == TITLE, suffix
    for suffix in ("txt", "md", "rst", "html", "docx", "xml"):
        assert LINK in read_file(made[suffix]).closed.links, suffix


def refused(request: ParseRequest) -> Refused:
    event = list(parse(request))[-1].event
    assert isinstance(event, Refused)
    return event


def test_what_is_no_document_is_refused_in_words(tmp_path) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_bytes(b"")
    assert refused(ParseRequest(path=str(empty))).code == "document_empty"
    assert refused(ParseRequest(path=str(tmp_path / "gone.txt"))).code == "document_missing"
    assert refused(ParseRequest(path=str(tmp_path))).code == "unknown_format"
    blank = tmp_path / "blank.md"
    blank.write_text("\n \n\t\n")
    assert refused(ParseRequest(path=str(blank))).code == "document_without_text"
    large = tmp_path / "large.txt"
    large.write_text(SENTENCE)
    assert refused(ParseRequest(path=str(large), limits=ParseLimits(file_bytes=3))).code == "document_too_large"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_refused(tmp_path) -> None:
    path = tmp_path / "secret.txt"
    path.write_text(SENTENCE)
    path.chmod(0)
    assert refused(ParseRequest(path=str(path))).code == "document_forbidden"


def test_what_a_library_raises_becomes_a_reason(tmp_path) -> None:
    path = tmp_path / "birds.txt"
    path.write_text(SENTENCE)
    # A tokenizer that is none stands for any error nobody foresaw.
    event = refused(ParseRequest(path=str(path), tokenizer=str(path)))
    assert event.code == "document_damaged"
    assert "tokenizer" in event.message


def test_the_child_counts_its_time(tmp_path) -> None:
    path = tmp_path / "long.md"
    path.write_text(f"# a\n\n{SENTENCE}\n\n" * 20_000)
    assert refused(ParseRequest(path=str(path), limits=ParseLimits(seconds=0.01))).code == "document_too_slow"


def test_names_of_every_script_and_length_can_be_read(tmp_path) -> None:
    for stem in ("цапля", "鷺", "مالك الحزين", "नमस्ते", "a b\u202ec", "🐦", "h" * 251):
        assert SENTENCE in read_bytes(tmp_path, f"{stem}.txt", SENTENCE).text


def test_the_name_says_the_suffix_where_the_path_has_none(tmp_path) -> None:
    path = tmp_path / "0a1b2c"
    path.write_text(f"# {TITLE}\n\n{SENTENCE}")
    assert read_file(path, name="birds.md").opened.format == "markdown"
