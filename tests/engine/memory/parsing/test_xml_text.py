from __future__ import annotations

import pytest

from app.engine.domain.errors import DocumentUnreadable
from tests.fakes.reading import read_bytes


def test_elements_are_lines_and_feeds_hold_html(tmp_path) -> None:
    feed = (
        "<?xml version='1.0'?><rss><channel><title>Birds</title><item><link>https://a.example/1</link>"
        "<description>&lt;p&gt;one &lt;b&gt;two&lt;/b&gt;&lt;/p&gt;</description><em>x</em> tail</item></channel></rss>"
    )
    outcome = read_bytes(tmp_path, "a.rss", feed)
    assert outcome.closed.title == "Birds"
    assert outcome.closed.links == ("https://a.example/1",)
    assert outcome.blocks("paragraph") == ["one two"]
    assert outcome.blocks("table")[0] == "title: Birds"
    assert "em: x\ntail" in outcome.text


def test_a_document_type_without_entities_is_read(tmp_path) -> None:
    assert read_bytes(tmp_path, "a.xml", "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a>text</a>").text == "a: text"


@pytest.mark.parametrize("text", ["<a>", "<a></b>", "no xml", "<a>&undefined;</a>"])
def test_what_is_no_xml_is_refused(tmp_path, text: str) -> None:
    with pytest.raises(DocumentUnreadable) as caught:
        read_bytes(tmp_path, "a.xml", text)
    assert caught.value.code == "document_damaged"
