"""Passages an app cut itself are kept, joined and read to the character."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from app.engine.domain.errors import DocumentUnreadable, InvalidRequest, WorkerDied
from app.engine.domain.memory import ReadyChunk
from app.engine.domain.parsing import Closed, Opened, ParseEvent, ParseRequest, Part
from app.engine.memory.ready_chunks import MIME, ReadyChunkParser, decode, encode, merged, shared_attributes
from tests.fakes.memory_engine import Engine

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


def chunk(number: int, text: str, **metadata: Any) -> ReadyChunk:
    return ReadyChunk(id=f"c{number}", text=text, metadata=metadata)


async def states(engine: Engine, bank_id: str) -> dict[str, str]:
    return {name: document.state for name, document in (await engine.documents(bank_id)).items()}


@pytest.mark.asyncio(loop_scope="session")
async def test_passages_are_found_as_they_were_given_when_the_call_returns(engine: Engine) -> None:
    bank = await engine.service.create_bank("Stable")
    given = (chunk(1, "# Oats\n\n  feed horses.  ", page=1, of="feed"), chunk(2, "Rivers flow.", page=2, of="feed"))
    document = await engine.service.add_chunks(bank.id, "handbook", given)
    assert (document.state, document.name, document.attributes) == ("ready", "handbook", {"of": "feed"})
    (hit, *_rest) = await engine.find(bank.id, "oats feed horses")
    assert (hit.chunk.text, hit.chunk.label) == (given[0].text, "c1")
    assert await engine.service.ready_chunks(bank.id, document.id) == given
    assert engine.parser.read == []
    assert len(await engine.service.chunks(bank.id, document.id)) == 2


@pytest.mark.asyncio(loop_scope="session")
async def test_more_passages_join_the_document_and_only_new_ones_are_embedded(engine: Engine) -> None:
    bank = await engine.service.create_bank("Stable")
    first = await engine.service.add_chunks(
        bank.id, "handbook", (chunk(1, "Oats feed horses."), chunk(2, "Rivers flow."))
    )
    engine.words.embedded.clear()
    second = await engine.service.add_chunks(bank.id, "handbook", (chunk(2, "Rivers run."), chunk(3, "Hay is dry.")))
    assert second.id == first.id
    assert sorted(engine.words.embedded) == ["Hay is dry.", "Rivers run."]
    await engine.restart()
    assert [each.text for each in await engine.service.ready_chunks(bank.id, first.id)] == [
        "Oats feed horses.",
        "Rivers run.",
        "Hay is dry.",
    ]
    assert "Rivers flow." not in await engine.texts(bank.id, "rivers flow")


@pytest.mark.asyncio(loop_scope="session")
async def test_what_keeps_passages_from_being_read_is_raised(engine: Engine) -> None:
    bank = await engine.service.create_bank("Stable")
    engine.words.failure, engine.words.poison = WorkerDied("The embedder ended."), "poison"
    with pytest.raises(WorkerDied, match="embedder ended"):
        await engine.service.add_chunks(bank.id, "handbook", (chunk(1, "poison"),))
    assert await states(engine, bank.id) == {"handbook": "failed"}


@pytest.mark.asyncio(loop_scope="session")
async def test_in_a_paused_bank_passages_wait(engine: Engine) -> None:
    bank = await engine.service.create_bank("Stable")
    await engine.service.pause(bank.id)
    document = await engine.service.add_chunks(bank.id, "handbook", (chunk(1, "Oats."),))
    assert document.state == "waiting"
    await engine.service.resume(bank.id)
    await engine.ready(bank.id)
    assert await states(engine, bank.id) == {"handbook": "ready"}


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(("name", "texts"), [(" ", ("x",)), ("handbook", ()), ("handbook", ("x", " "))])
async def test_what_is_empty_is_refused(engine: Engine, name: str, texts: tuple[str, ...]) -> None:
    bank = await engine.service.create_bank("Stable")
    with pytest.raises(InvalidRequest):
        await engine.service.add_chunks(bank.id, name, tuple(chunk(n, text) for n, text in enumerate(texts)))
    assert await states(engine, bank.id) == {}


@pytest.mark.asyncio(loop_scope="session")
async def test_other_documents_have_no_ready_passages(engine: Engine) -> None:
    bank = await engine.service.create_bank("Stable")
    document = await engine.service.add_text(bank.id, "notes", "Oats.")
    assert await engine.service.ready_chunks(bank.id, document.id) == ()
