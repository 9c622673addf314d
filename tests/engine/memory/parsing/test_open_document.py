from __future__ import annotations

import pytest

from app.engine.domain.errors import DocumentUnreadable
from tests.fakes.documents import contents, open_document, zipped
from tests.fakes.reading import read_bytes


def test_text_keeps_its_headings_lists_and_tables(tmp_path) -> None:
    body = (
        '<text:h text:outline-level="2">Part</text:h><text:p>one<text:s text:c="2"/><text:span>two</text:span> three'
        '<text:line-break/><text:a xlink:href="https://a.example">link</text:a></text:p><text:list><text:list-item>'
        "<text:p>a</text:p><text:list><text:list-item><text:p>b</text:p></text:list-item></text:list></text:list-item>"
        "</text:list><table:table><table:table-row><table:table-cell><text:p>x</text:p></table:table-cell>"
        "<table:table-cell><text:p>1</text:p></table:table-cell></table:table-row></table:table>"
    )
    outcome = read_bytes(tmp_path, "a.odt", open_document("text", body))
    assert outcome.headings == [(2, "Part")]
    assert outcome.blocks("paragraph") == ["one  two three\nlink"]
    assert outcome.blocks("list") == ["- a\n- b"]
    assert outcome.blocks("table") == ["x | 1"]
    assert outcome.closed.links == ("https://a.example",)


def test_slides_and_sheets_are_pages(tmp_path) -> None:
    assert [(p.page, p.label) for p in read_bytes(tmp_path, "a.odp", contents()["odp"]).parts] == [(1, "First")]
    assert [(p.page, p.label) for p in read_bytes(tmp_path, "a.ods", contents()["ods"]).parts] == [(1, "Birds")]


def test_repeated_cells_and_rows_are_bounded(tmp_path) -> None:
    body = (
        '<table:table table:name="S"><table:table-row table:number-rows-repeated="1000000"><table:table-cell'
        ' table:number-columns-repeated="1000000"><text:p>1</text:p></table:table-cell></table:table-row></table:table>'
    )
    assert read_bytes(tmp_path, "a.ods", open_document("spreadsheet", body)).text == " | ".join(["1"] * 50)


def test_documents_with_a_password_are_refused(tmp_path) -> None:
    manifest = "<manifest><file-entry><encryption-data/></file-entry></manifest>"
    members = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "META-INF/manifest.xml": manifest,
        "content.xml": "x",
    }
    with pytest.raises(DocumentUnreadable) as caught:
        read_bytes(tmp_path, "a.odt", zipped(members))
    assert caught.value.code == "document_encrypted"
