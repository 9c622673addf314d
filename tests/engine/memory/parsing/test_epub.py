from __future__ import annotations

import pytest

from app.engine.domain.errors import DocumentUnreadable
from tests.fakes.documents import SECTION, TITLE, contents, zipped
from tests.fakes.reading import read_bytes


def test_chapters_are_pages_in_the_order_of_the_spine(tmp_path) -> None:
    outcome = read_bytes(tmp_path, "a.epub", contents()["epub"])
    assert outcome.opened.pages == 2
    assert [(part.page, part.label) for part in outcome.parts] == [(1, TITLE), (2, SECTION)]
    assert outcome.closed.title == TITLE


def test_books_with_a_lock_are_refused(tmp_path) -> None:
    lock = "<encryption><EncryptedData><EncryptionMethod Algorithm='http://x/aes128'/></EncryptedData></encryption>"
    with pytest.raises(DocumentUnreadable) as caught:
        read_bytes(tmp_path, "a.epub", zipped({"META-INF/container.xml": "<c/>", "META-INF/encryption.xml": lock}))
    assert caught.value.code == "document_encrypted"


def test_a_missing_chapter_is_told_and_the_others_are_read(tmp_path) -> None:
    package = (
        '<package><manifest><item id="a" href="gone.xhtml" media-type="application/xhtml+xml"/>'
        '<item id="b" href="b.xhtml" media-type="application/xhtml+xml"/></manifest>'
        '<spine><itemref idref="a"/><itemref idref="b"/></spine></package>'
    )
    container = '<container><rootfile full-path="p.opf"/></container>'
    book = zipped({"META-INF/container.xml": container, "p.opf": package, "b.xhtml": "<p>here</p>"})
    outcome = read_bytes(tmp_path, "a.epub", book)
    assert outcome.text == "here"
    assert [omitted.where for omitted in outcome.omitted] == ["Chapter 1"]
