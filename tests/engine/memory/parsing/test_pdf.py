from __future__ import annotations

import io
import sys
import types
import zlib

import pypdf
import pytest

from app.engine.domain.errors import DocumentUnreadable
from app.engine.memory.parsing import ocr
from tests.fakes.documents import OTHER, SECTION, SENTENCE, TITLE, contents, pdf, pdf_of
from tests.fakes.reading import read_bytes

LINES = ["A short paragraph about herons.", "It goes on here.", "And it ends here."]


def refusal(folder, content: bytes) -> str:
    with pytest.raises(DocumentUnreadable) as caught:
        read_bytes(folder, "a.pdf", content)
    return caught.value.code


def picture_page() -> bytes:
    """Return a PDF of one page that shows a picture and no text."""
    image = (
        b"<</Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray/Length 1>>stream\n\x80\nendstream"
    )
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Resources<</XObject<</I 4 0 R>>>>/Contents 5 0 R>>"
    words = b"<</Length 24>>stream\nq 90 0 0 90 0 0 cm /I Do Q\nendstream"
    return pdf_of([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, image, words])


def test_pages_have_headings_and_paragraphs(tmp_path) -> None:
    outcome = read_bytes(tmp_path, "a.pdf", contents()["pdf"])
    assert outcome.opened.pages == outcome.closed.pages == 3
    assert [part.page for part in outcome.parts] == [1, 2, 3]
    assert outcome.headings == [(1, TITLE), (1, SECTION)]
    assert outcome.blocks("paragraph") == [SENTENCE, OTHER, "The third page."]


def test_what_most_pages_repeat_at_their_edges_is_left_out(tmp_path) -> None:
    pages = [
        [f"Chapter {n}", *(f"{line} ({n})" for line in LINES * 2), "Birds Quarterly", f"page {n}"] for n in range(8)
    ]
    outcome = read_bytes(tmp_path, "a.pdf", pdf(pages))
    assert "Birds Quarterly" not in outcome.text
    assert "page 3" not in outcome.text
    assert outcome.text.count("It goes on here.") == 16
    few = read_bytes(tmp_path, "b.pdf", pdf(pages[:3]))
    assert "Birds Quarterly" in few.text


def test_pages_that_are_all_alike_keep_their_text(tmp_path) -> None:
    assert read_bytes(tmp_path, "a.pdf", pdf([[SENTENCE]] * 9)).text.count(SENTENCE) == 9


def test_a_page_without_text_asks_for_recognition(tmp_path) -> None:
    outcome = read_bytes(tmp_path, "a.pdf", picture_page())
    assert outcome.closed.needs_ocr
    assert [part.text for part in outcome.parts] == [""]


def test_a_page_without_text_is_recognised_where_that_is_installed(tmp_path, monkeypatch) -> None:
    engine = types.SimpleNamespace(
        RapidOCR=lambda: lambda picture: types.SimpleNamespace(txts=(f"{picture.ndim} {SENTENCE}",))
    )
    monkeypatch.setitem(sys.modules, "rapidocr", engine)
    monkeypatch.setattr(ocr, "available", lambda: True)
    ocr._engine.cache_clear()
    outcome = read_bytes(tmp_path, "a.pdf", picture_page(), ocr=True)
    ocr._engine.cache_clear()
    assert outcome.text == f"3 {SENTENCE}"
    assert not outcome.closed.needs_ocr


def test_files_with_a_password_are_refused(tmp_path) -> None:
    writer = pypdf.PdfWriter(io.BytesIO(contents()["pdf"]))
    writer.encrypt("secret", algorithm="RC4-128")
    file = io.BytesIO()
    writer.write(file)
    assert refusal(tmp_path, file.getvalue()) == "document_encrypted"


def test_damaged_files_are_refused_in_words(tmp_path) -> None:
    whole = contents()["pdf"]
    assert refusal(tmp_path, whole[:200]) == "document_truncated"
    cycle = pdf_of([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 9>>"])
    assert refusal(tmp_path, cycle) == "document_damaged"
    assert refusal(tmp_path, b"%PDF-1.7\nnothing\n%%EOF") == "document_damaged"


def test_a_bomb_is_refused_before_it_goes_off(tmp_path) -> None:
    bomb = zlib.compress(bytes(300 * 1024**2), 9)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>"
    stream = b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(bomb), bomb)
    content = pdf_of([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, stream])
    assert refusal(tmp_path, content) == "document_unpacks_too_large"
