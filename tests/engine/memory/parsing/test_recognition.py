from __future__ import annotations

import pytest

from app.engine.domain.errors import DocumentUnreadable
from app.engine.domain.parsing import ParseRequest
from app.engine.memory.parsing.reading import Source
from app.engine.memory.parsing.recognition import HEAD_BYTES, recognise
from tests.fakes.documents import zipped


def known(folder, name: str, content: bytes) -> str:
    path = folder / name
    path.write_bytes(content)
    return recognise(Source(ParseRequest(path=str(path)), content[:HEAD_BYTES])).format


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.txt", b"%PDF-1.7", "pdf"),
        ("a.txt", b"junk\n%PDF-1.4", "pdf"),
        ("a", b"{\\rtf1 x}", "rtf"),
        ("a", b"<!-- x -->\n<!DOCTYPE html><p>", "html"),
        ("a.md", b"<html>in Markdown</html>", "markdown"),
        ("a", b"From: a@b.example\nSubject: x\nTo: c\n\ntext", "eml"),
        ("a", b"From a@b.example Mon\nFrom: a@b.example\nSubject: x\n\ntext", "mbox"),
        ("a.txt", b"Note: one\nTime: two\n\nno message", "text"),
        ("a", b"#!/bin/sh\necho", "code"),
        ("Makefile", b"all:\n", "code"),
        ("a.PY", b"x = 1", "code"),
        ("a", b"<?xml version='1.0'?><a/>", "xml"),
        ("a.csv", b"a,b", "csv"),
        ("a.unheard", b"words", "text"),
        ("a.txt", "wide".encode("utf-16-le") * 20, "text"),
        ("a.png", b"\x89PNG\r\n\x1a\n", "picture"),
        ("a.zip", zipped({"word/document.xml": "<a/>"}), "docx"),
        ("a", zipped({"mimetype": "application/epub+zip"}), "epub"),
    ],
)
def test_formats_are_told_by_content_then_by_name(tmp_path, name: str, content: bytes, expected: str) -> None:
    assert known(tmp_path, name, content) == expected


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.txt", b"\x7fELF\x02", "unknown_format"),
        ("a.txt", b"MZ\x90\0\x03", "unknown_format"),
        ("a.pdf", b"\x00\x01\x02\x03" * 50, "unknown_format"),
        ("a.zip", zipped({"a.txt": "x"}), "unknown_format"),
        ("a.docx", b"PK\x03\x04 and no more", "document_truncated"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "unknown_format"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "document_encrypted"),
    ],
)
def test_what_is_no_document_is_refused(tmp_path, name: str, content: bytes, code: str) -> None:
    with pytest.raises(DocumentUnreadable) as caught:
        known(tmp_path, name, content)
    assert caught.value.code == code


def test_text_that_begins_like_a_program_is_text(tmp_path) -> None:
    assert known(tmp_path, "a.txt", b"MZ is the mark of a program.") == "text"
