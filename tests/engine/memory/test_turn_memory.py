"""What a turn sees of memory."""

from __future__ import annotations

import asyncio

import pytest

from app.engine.domain.memory import SearchRequest
from tests.fakes.memory_engine import Engine

pytestmark = pytest.mark.asyncio(loop_scope="session")

TEXT = "Oats in the morning.\n\nHay at noon."


async def test_banks_that_are_gone_or_hold_values_are_left_out(engine: Engine) -> None:
    bank = await engine.service.create_bank("Stable")
    values = await engine.service.create_bank("Settings", type="keyvalue")
    await engine.service.add_text(bank.id, "a", TEXT)
    await engine.ready(bank.id)
    turns, request = engine.parts.turns, SearchRequest(query="oats", limit=1)
    assert len((await turns.search((bank.id, values.id, "vs_gone"), request)).hits) == 1
    assert (await turns.search(("vs_gone", values.id), request)).hits == ()


async def test_a_text_is_there_before_it_can_be_searched(engine: Engine) -> None:
    engine.words.gate = asyncio.Event()
    chat = await engine.service.chat_bank("s")
    document = await engine.service.add_text(chat.id, "a", TEXT)
    read = await engine.parts.turns.read(chat.id, document.id, searchable=False)
    assert read.state == "embedding"
    assert await engine.parts.turns.text(chat.id, document.id, 100) == TEXT
    assert await engine.parts.turns.text(chat.id, document.id, len(TEXT) - 1) is None
    waiting = asyncio.create_task(engine.parts.turns.read(chat.id, document.id, searchable=True))
    await engine.words.asked.wait()
    assert not waiting.done()
    engine.words.gate.set()
    assert (await waiting).state == "ready"
    await engine.ready(chat.id)


async def test_a_document_that_fails_or_is_held_back_is_not_waited_for(engine: Engine) -> None:
    chat = await engine.service.chat_bank("s")
    failed = await engine.service.add_text(chat.id, "a", "UNREADABLE")
    assert (await engine.parts.turns.read(chat.id, failed.id, searchable=True)).state == "failed"
    await engine.service.pause(chat.id)
    held = await engine.service.add_text(chat.id, "b", TEXT)
    assert (await engine.parts.turns.read(chat.id, held.id, searchable=False)).state == "waiting"


async def test_the_text_of_a_copy_is_that_of_the_original(engine: Engine) -> None:
    bank = await engine.service.create_bank("Stable")
    await engine.service.add_text(bank.id, "a", TEXT)
    copy = await engine.service.add_text(bank.id, "b", TEXT)
    await engine.ready(bank.id)
    assert await engine.parts.turns.text(bank.id, copy.id, 100) == TEXT
