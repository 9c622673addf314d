from __future__ import annotations

import io

from docx import Document

from tests.fakes.documents import OTHER, SECTION, SENTENCE, TITLE, contents, word_body, word_package
from tests.fakes.reading import read_bytes


def test_structure_becomes_blocks(tmp_path) -> None:
    outcome = read_bytes(tmp_path, "a.docx", contents()["docx"])
    assert outcome.headings == [(1, TITLE), (2, SECTION)]
    assert outcome.blocks("paragraph") == [SENTENCE]
    assert outcome.blocks("list") == ["- reeds\n- harbours"]
    assert outcome.blocks("table") == ["bird | count\nheron | 3"]
    assert outcome.blocks("quote") == [OTHER]


def test_styles_based_on_headings_are_headings(tmp_path) -> None:
    document = Document()
    style = document.styles.add_style("House heading", 1)
    style.base_style = document.styles["Heading 3"]
    document.add_paragraph("Deep", style="House heading")
    document.add_paragraph("text")
    file = io.BytesIO()
    document.save(file)
    assert read_bytes(tmp_path, "a.docx", file.getvalue()).headings == [(3, "Deep")]


def test_text_in_boxes_links_and_controls_is_read_once(tmp_path) -> None:
    inner = (
        "<w:p><w:hyperlink><w:r><w:t>link</w:t></w:r></w:hyperlink><w:ins><w:r><w:t> new</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>old</w:delText></w:r></w:del></w:p><w:sdt><w:sdtContent><w:p><w:r><w:t>control</w:t></w:r>"
        "</w:p></w:sdtContent></w:sdt>"
    )
    assert read_bytes(tmp_path, "a.docx", word_package(word_body(inner))).blocks("paragraph") == ["link new", "control"]


def test_long_documents_pass_in_little_memory(tmp_path) -> None:
    inner = "".join(f"<w:p><w:r><w:t>{index} {SENTENCE}</w:t></w:r></w:p>" for index in range(5_000))
    outcome = read_bytes(tmp_path, "a.docx", word_package(word_body(inner)))
    assert outcome.text.count(SENTENCE) == 5_000
