"""The passages of a search: read once, of one generation each, and judged by the words of the question."""

from __future__ import annotations

import pytest

from app.engine.memory.passages import Passages
from tests.fakes.memory_engine import Engine

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def passages(engine: Engine, query: str, meant: dict[int, int] | None = None) -> tuple[Passages, list[int]]:
    bank = await engine.service.create_bank("Stable")
    await engine.service.add_text(bank.id, "stable", "Horses eat oats.\n\nHay is given at noon.")
    await engine.service.add_text(bank.id, "office", "Revenue rose.")
    await engine.ready(bank.id)
    opened = await engine.opened(bank.id)
    chunks = [each.chunk.id for each in await opened.chunks.live_after(0, 10)]
    return Passages(opened, query, meant or {}), chunks


async def test_words_are_weighed_by_what_was_read(engine: Engine) -> None:
    found, chunks = await passages(engine, "oats for horses")
    await found.judge(chunks)
    assert found.coverage(chunks[0]) > 0.5 > found.coverage(chunks[1])
    assert found.coverage(99) == 0
    assert found.are_whole


async def test_a_passage_comes_with_its_document(engine: Engine) -> None:
    found, chunks = await passages(engine, "oats")
    await found.read(chunks)
    stored, document = found.get(chunks[0]) or pytest.fail("it is there")
    assert (stored.chunk.text, document.name) == ("Horses eat oats.", "stable")
    assert found.get(99) is None


async def test_what_is_gone_is_noticed(engine: Engine) -> None:
    found, chunks = await passages(engine, "oats")
    await found.read([*chunks, 99])
    assert not found.are_whole
    assert found.get(chunks[0]) is not None


async def test_a_document_may_stand_for_one_with_its_text(engine: Engine) -> None:
    found, chunks = await passages(engine, "oats", {1: 2})
    await found.read(chunks)
    _stored, document = found.get(chunks[0]) or pytest.fail("it is there")
    assert document.name == "office"
