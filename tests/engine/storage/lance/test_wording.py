"""The headings above a chunk stand before its text."""

from __future__ import annotations

from app.engine.storage.lance.wording import indexed_text


def test_headings_come_first() -> None:
    assert indexed_text((), "Text.") == "Text."
    assert indexed_text(("Birds", "Owls"), "Text.") == "Birds › Owls\nText."
