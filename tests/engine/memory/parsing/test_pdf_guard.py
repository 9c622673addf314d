from __future__ import annotations

import zlib

import pytest

from app.engine.domain.errors import DocumentUnreadable
from app.engine.domain.parsing import ParseRequest
from app.engine.memory.parsing.pdf_guard import check_streams
from app.engine.memory.parsing.reading import Source

LIMIT = 100_000


def check(folder, data: bytes, words: bytes) -> None:
    path = folder / "a.pdf"
    path.write_bytes(b"%%PDF-1.7\n1 0 obj <<%s/Length %d>>stream\r\n%s\nendstream" % (words, len(data), data))
    check_streams(Source(ParseRequest(path=str(path)), b"%PDF"), LIMIT)


def test_streams_are_counted_through_every_layer(tmp_path) -> None:
    bomb = zlib.compress(bytes(LIMIT * 20))
    with pytest.raises(DocumentUnreadable, match="unpacks"):
        check(tmp_path, bomb, b"/Filter/FlateDecode")
    with pytest.raises(DocumentUnreadable, match="unpacks"):
        check(tmp_path, zlib.compress(bomb), b"/Filter[/FlateDecode/FlateDecode]")


def test_honest_pictured_and_damaged_streams_pass(tmp_path) -> None:
    check(tmp_path, zlib.compress(bytes(LIMIT)), b"/Filter/FlateDecode")
    check(tmp_path, zlib.compress(bytes(LIMIT * 20)), b"/Subtype/Image/Filter/FlateDecode")
    check(tmp_path, b"no deflate at all" * 100, b"/Filter/FlateDecode")
    check(tmp_path, bytes(LIMIT * 2), b"")
