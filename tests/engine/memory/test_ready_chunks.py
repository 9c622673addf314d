"""Passages an app cut itself are kept, joined and read to the character."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.engine.domain.errors import DocumentUnreadable
from app.engine.domain.memory import ReadyChunk
from app.engine.domain.parsing import Closed, Opened, ParseEvent, ParseRequest, Part
from app.engine.memory.ready_chunks import MIME, ReadyChunkParser, decode, encode, merged, shared_attributes

TEXTS = ("# Kiwis\r\n\r\n cannot fly. ", "漢字 " * 500, "x")
CHUNKS = tuple(ReadyChunk(id=f"c{n}", text=text, metadata={"n": n, "k": "v"}) for n, text in enumerate(TEXTS))


class OtherParser:
    """Says what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.closed = 0

    async def parse(self, request: ParseRequest) -> AsyncIterator[ParseEvent]:
        self.asked.append(request.path)
        yield Closed(title="other")

    async def close(self) -> None:
        self.closed += 1


def test_what_is_kept_comes_back() -> None:
    assert decode(encode(CHUNKS)) == CHUNKS


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'[{"id": "a"}]', b"\xff"])
def test_what_is_damaged_is_told(content: bytes) -> None:
    with pytest.raises(DocumentUnreadable, match="damaged"):
        decode(content)


def test_a_fresh_passage_takes_the_place_of_the_old_one() -> None:
    fresh = (ReadyChunk(id="c1", text="new"), ReadyChunk(id="c9", text="more"))
    assert [(chunk.id, chunk.text) for chunk in merged(CHUNKS, fresh)] == [
        ("c0", TEXTS[0]),
        ("c1", "new"),
        ("c2", "x"),
        ("c9", "more"),
    ]


def test_what_all_say_alike_is_an_attribute() -> None:
    assert shared_attributes(CHUNKS) == {"k": "v"}
    assert shared_attributes((ReadyChunk(id="a", text="a", metadata={"n": 1, "list": [1], "none": None}),)) == {"n": 1}
    assert shared_attributes(()) == {}


async def test_each_passage_is_one_part_with_one_piece(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    path.write_bytes(encode(CHUNKS))
    other = OtherParser()
    events = [event async for event in ReadyChunkParser(other).parse(ParseRequest(path=str(path), mime=MIME))]
    assert events[0] == Opened(format="Passages", mime=MIME)
    parts = [event for event in events if isinstance(event, Part)]
    assert tuple(part.text for part in parts) == TEXTS
    assert [part.label for part in parts] == ["c0", "c1", "c2"]
    for part in parts:
        (piece,) = part.pieces
        assert part.text[piece.start : piece.end] == part.text
    assert isinstance(events[-1], Closed) and events[-1].characters == sum(map(len, TEXTS))
    assert other.asked == []


async def test_every_other_document_is_for_the_other_parser() -> None:
    other = OtherParser()
    parser = ReadyChunkParser(other)
    events = [event async for event in parser.parse(ParseRequest(path="a.json", mime="application/json"))]
    assert (other.asked, events) == (["a.json"], [Closed(title="other")])
    await parser.close()
    assert other.closed == 1
