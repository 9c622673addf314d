from __future__ import annotations

import io
import zipfile

import pytest

from app.engine.domain.errors import DocumentUnreadable
from app.engine.memory.parsing.guards import units
from tests.fakes.documents import SENTENCE, contents, word_body, word_package, zipped
from tests.fakes.reading import read_bytes

DOCUMENT = word_body(f"<w:p><w:r><w:t>{SENTENCE}</w:t></w:r></w:p>")
LAUGHS = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;">]>'


def refusal(folder, name: str, content: bytes) -> str:
    with pytest.raises(DocumentUnreadable) as caught:
        read_bytes(folder, name, content)
    return caught.value.code


def test_bombs_are_refused_by_what_they_declare(tmp_path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("word/document.xml", "w") as member:
        for _ in range(250):
            member.write(bytes(1024**2))
    for suffix in ("docx", "xlsx", "epub"):
        assert refusal(tmp_path, f"bomb.{suffix}", file.getvalue()) == "document_unpacks_too_large"


@pytest.mark.parametrize("name", ["../../evil.xml", "/etc/evil", "C:\\evil", "a\\..\\..\\evil"])
def test_entries_that_leave_their_folder_are_refused(tmp_path, name: str) -> None:
    for main in ("word/document.xml", "xl/workbook.xml", "META-INF/container.xml"):
        assert refusal(tmp_path, "slip.zip", zipped({main: DOCUMENT, name: "x"})) == "document_unsafe"


def test_thousands_of_entries_are_refused(tmp_path) -> None:
    members: dict[str, str | bytes] = {f"{index}": b"" for index in range(50_001)}
    assert (
        refusal(tmp_path, "many.docx", zipped({"word/document.xml": DOCUMENT} | members))
        == "document_unpacks_too_large"
    )


def test_encrypted_entries_are_refused(tmp_path) -> None:
    data = bytearray(word_package(DOCUMENT))
    at = data.rfind(b"PK\x01\x02")
    data[at + 8] |= 1
    assert refusal(tmp_path, "locked.docx", bytes(data)) == "document_encrypted"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_before_they_are_read(tmp_path, encoding: str) -> None:
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    hostile = f"{head}{LAUGHS}{DOCUMENT}".encode(encoding)
    assert refusal(tmp_path, "laughs.docx", word_package(hostile)) == "document_unsafe"
    assert refusal(tmp_path, "laughs.xml", hostile) == "document_unsafe"
    behind = f"{head}<!--{'x' * 200_000}-->{LAUGHS}{DOCUMENT}".encode(encoding)
    assert refusal(tmp_path, "behind.docx", word_package(behind)) == "document_unsafe"


def test_a_cut_file_is_refused_as_such(tmp_path) -> None:
    whole = contents()["docx"]
    assert refusal(tmp_path, "cut.docx", whole[: len(whole) // 2]) == "document_truncated"


def test_only_the_outermost_elements_are_yielded_and_then_dropped() -> None:
    tree = io.BytesIO(b"<r><p>1<p>2</p></p><x><p>3</p></x></r>")
    assert [element.text for _, element in units(tree, ("p",))] == ["1", "3"]


def test_elements_nested_very_deep_are_read(tmp_path) -> None:
    deep = word_body("<w:p>" * 50_000 + f"<w:r><w:t>{SENTENCE}</w:t></w:r>" + "</w:p>" * 50_000)
    assert read_bytes(tmp_path, "deep.docx", word_package(deep)).text == SENTENCE
