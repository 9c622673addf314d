"""What is told while banks are worked on: enough to follow it, and not more."""

from __future__ import annotations

import asyncio

import pytest

from app.engine.domain.events import BankChanged, DocumentsChanged
from app.engine.memory import ingest, news
from tests.fakes.memory_engine import Engine, until

pytestmark = pytest.mark.asyncio(loop_scope="session")


def stats(engine: Engine) -> list[tuple[int, int]]:
    found = [event.bank.stats for event in engine.events if isinstance(event, BankChanged)]
    return [(each.working, each.ready) for each in found]


async def test_every_document_is_told_to_its_end_and_the_bank_comes_to_rest(engine: Engine) -> None:
    bank = await engine.service.create_bank("Stable")
    paths = tuple(engine.file(f"{name}.txt", f"Horse {name} eats oats.") for name in "abc")
    await engine.service.add_paths(bank.id, (*paths, engine.file("bad.txt", "UNREADABLE")))
    await engine.ready(bank.id)
    last = {}
    for event in engine.events:
        if isinstance(event, DocumentsChanged):
            last |= {document.name: document.state for document in event.documents}
    assert last == {"a.txt": "ready", "b.txt": "ready", "c.txt": "ready", "bad.txt": "failed"}
    assert stats(engine)[-1] == (0, 3)
    settled = engine.events[-1]
    assert isinstance(settled, BankChanged)
    assert (settled.bank.progress, settled.bank.in_words()) == (None, "ready, 1 failed")
    assert settled.bank.used_at >= bank.used_at


async def test_many_small_steps_are_told_a_few_times(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest, "BATCH", 1)
    bank = await engine.service.create_bank("Stable")
    await engine.service.add_paths(bank.id, (engine.file("a.txt", *(f"Line{number}." for number in range(200))),))
    before = len(engine.events)
    await engine.ready(bank.id)
    assert len(engine.words.embedded) == 200
    assert len(engine.events) - before < 100


async def test_progress_counts_passages_and_guesses_the_rest(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(news, "INTERVAL_SECONDS", 0.0)
    monkeypatch.setattr(ingest, "BATCH", 4)
    engine.words.gate = asyncio.Event()
    bank = await engine.service.create_bank("Stable")
    await engine.service.add_paths(bank.id, (engine.file("a.txt", *(f"Line{number}." for number in range(8))),))
    opened = await engine.opened(bank.id)
    await until(engine, lambda: opened.bank.progress is not None and opened.bank.progress.total == 8)
    progress = opened.bank.progress
    assert progress is not None
    assert (progress.done, progress.eta, progress.current) == (0, None, "a.txt")
    assert opened.bank.in_words() == "reading, 0 of 8 passages"
    engine.words.gate.set()
    await engine.ready(bank.id)
    told = [e.bank.progress for e in engine.events if isinstance(e, BankChanged) and e.bank.progress is not None]
    assert [each.done for each in told] == sorted(each.done for each in told)
    assert {each.total for each in told if each.done} == {8}
    assert any(each.speed > 0 for each in told)


async def test_nothing_more_is_told_of_a_bank_that_is_gone(engine: Engine) -> None:
    engine.words.gate = asyncio.Event()
    bank = await engine.service.create_bank("Stable")
    await engine.service.add_text(bank.id, "a", "Oats.")
    await engine.words.asked.wait()
    deleting = asyncio.create_task(engine.service.delete_bank(bank.id))
    engine.words.gate.set()
    await deleting
    seen = len(engine.events)
    other = await engine.service.create_bank("Other")
    await engine.service.add_text(other.id, "b", "Hay.")
    await engine.ready(other.id)
    told = [event for event in engine.events[seen:] if isinstance(event, BankChanged | DocumentsChanged)]
    assert all((e.bank.id if isinstance(e, BankChanged) else e.bank_id) == other.id for e in told)
