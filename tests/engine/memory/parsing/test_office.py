from __future__ import annotations

from xml.etree import ElementTree

from app.engine.domain.parsing import ParseRequest
from app.engine.memory.parsing.guards import Package
from app.engine.memory.parsing.office import main_member, relations, text_of
from app.engine.memory.parsing.reading import Source
from tests.fakes.documents import LINK, contents


def test_relations_name_members_and_addresses(tmp_path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(contents()["docx"])
    with Package(Source(ParseRequest(path=str(path)), b"PK")) as package:
        name = main_member(package, "")
        assert name == "word/document.xml"
        found = list(relations(package, name).values())
    assert any(relation.target == "word/styles.xml" and relation.kind == "styles" for relation in found)
    assert any(relation.target == LINK and relation.outside for relation in found)


def test_text_leaves_out_what_is_deleted_or_written_twice() -> None:
    element = ElementTree.fromstring(
        "<p><pPr><tabs><tab/></tabs></pPr><r><t>a</t><tab/><t>b</t><br/></r><del><r><t>gone</t></r></del>"
        "<AlternateContent><Choice><t>c</t></Choice><Fallback><t>c</t></Fallback></AlternateContent><noBreakHyphen/></p>"
    )
    assert text_of(element) == "a\tb\nc-"
