from __future__ import annotations

from tests.fakes.documents import SECTION, SENTENCE, TITLE, contents
from tests.fakes.reading import read_bytes


def test_slides_are_pages_with_titles_tables_and_notes(tmp_path) -> None:
    outcome = read_bytes(tmp_path, "a.pptx", contents()["pptx"])
    assert outcome.opened.pages == outcome.closed.pages == 2
    assert [(part.page, part.label) for part in outcome.parts] == [(1, "Slide 1"), (2, "Slide 2")]
    assert outcome.headings == [(1, TITLE), (1, SECTION)]
    assert outcome.blocks("list") == [f"- {SENTENCE}\n- harbours"]
    assert outcome.blocks("quote") == ["Notes: Speak slowly."]
    assert outcome.blocks("table") == ["bird | count\nheron | 3"]
