"""What a parser says crosses the border between processes and comes back as it was, each event as its own kind."""

from __future__ import annotations

import msgspec
import pytest

from app.engine.domain.memory import Chunking
from app.engine.domain.parsing import Block, Closed, Omitted, Opened, ParseEvent, ParseRequest, Part, Piece

EVENTS = [
    Opened(format="PDF", mime="application/pdf", pages=2),
    Part(
        text="Birds\nfly", page=1, label="page 1", blocks=(Block(kind="heading", start=0, end=5, level=1),),
        pieces=(Piece(start=6, end=9, headings=("Birds",), tokens=1, words=1),), done=1,
    ),
    Omitted(where="page 2", reason="it is locked"),
    Closed(title="Birds", language="en", pages=2, characters=9, links=("https://example.org",)),
]  # fmt: skip


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_events_cross_borders(event: ParseEvent) -> None:
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(event), type=ParseEvent) == event


def test_a_request_crosses_borders() -> None:
    request = ParseRequest(path="/a.pdf", chunking=Chunking(max_tokens=50, overlap_tokens=5), ocr=True)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(request), type=ParseRequest) == request
