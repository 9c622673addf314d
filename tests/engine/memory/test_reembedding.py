"""A bank moves to another model: it answers before, meanwhile and afterwards, and changes in one step."""

from __future__ import annotations

import asyncio

import pytest

from app.engine.domain.errors import Conflict, InvalidRequest, ModelNotFound, WorkerDied
from app.engine.memory import reembedding
from tests.fakes.memory_engine import Engine, until

pytestmark = pytest.mark.asyncio(loop_scope="session")

TEXTS = tuple(f"Horse{number} eats oats at gate{number}." for number in range(30))


async def filled(engine: Engine) -> str:
    bank = await engine.service.create_bank("Stable")
    await engine.service.add_paths(bank.id, (engine.file("a.txt", *TEXTS),))
    await engine.ready(bank.id)
    return str(bank.id)


async def changed(engine: Engine, bank_id: str) -> None:
    opened = await engine.opened(bank_id)
    await until(engine, lambda: not opened.bank.reembedding)
    await engine.ready(bank_id)


async def test_searches_are_answered_before_meanwhile_and_afterwards(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reembedding, "BATCH", 8)
    bank_id = await filled(engine)
    opened = await engine.opened(bank_id)
    begun = await engine.service.change_model(bank_id, "other")
    assert (begun.reembedding, begun.embedding_model) == ("other", "words")
    seen = set()
    while opened.bank.reembedding:
        for mode in ("vector", "hybrid"):
            assert (await engine.texts(bank_id, "horse7 gate7", limit=1, mode=mode)) == [TEXTS[7]]
        seen.add(opened.bank.embedding_model)
    await changed(engine, bank_id)
    assert "words" in seen
    bank = await engine.service.bank(bank_id)
    assert (bank.embedding_model, bank.embedding_dimension, bank.progress) == ("other", 32, None)
    assert sorted(engine.other.embedded) == sorted(TEXTS)
    assert (await engine.texts(bank_id, "horse7 gate7", limit=1, mode="vector")) == [TEXTS[7]]
    assert (await engine.service.check_bank(bank_id)).findings == ()
    await engine.service.add_text(bank_id, "more", "Horse99 eats hay.")
    await engine.ready(bank_id)
    assert engine.other.embedded[-1] == "Horse99 eats hay."


async def test_a_change_that_was_cut_short_goes_on(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reembedding, "BATCH", 8)
    bank_id = await filled(engine)
    real, calls = engine.other.embed, 0

    async def embed(*given: object, **more: object) -> object:
        nonlocal calls
        calls += 1
        if calls == 3:
            await asyncio.Event().wait()
        return await real(*given, **more)  # type: ignore[arg-type]

    engine.other.embed = embed  # type: ignore[method-assign,assignment]
    await engine.service.change_model(bank_id, "other")
    await until(engine, lambda: calls == 3)
    # What else happens in a bank must leave the new vectors alone.
    await (await engine.opened(bank_id)).chunks.drop_unused()
    await engine.restart()
    assert (await engine.service.bank(bank_id)).embedding_model == "words"
    assert (await engine.texts(bank_id, "horse7 gate7", limit=1)) == [TEXTS[7]]
    await engine.parts.service._waking  # type: ignore[misc]
    await changed(engine, bank_id)
    assert sorted(engine.other.embedded) == sorted(TEXTS)
    assert len(await engine.texts(bank_id, "eats oats", limit=50, mode="vector")) == 30


async def test_documents_that_come_meanwhile_are_there_afterwards(engine: Engine) -> None:
    bank_id = await filled(engine)
    engine.other.gate = asyncio.Event()
    await engine.service.change_model(bank_id, "other")
    await engine.other.asked.wait()
    await engine.service.add_text(bank_id, "more", "Horse99 eats hay.")
    await engine.ready(bank_id)
    assert (await engine.texts(bank_id, "horse99 hay", limit=1)) == ["Horse99 eats hay."]
    engine.other.gate.set()
    await changed(engine, bank_id)
    assert (await engine.texts(bank_id, "horse99 hay", limit=1, mode="vector")) == ["Horse99 eats hay."]


async def test_a_model_that_fails_leaves_the_bank_with_the_old_one(engine: Engine) -> None:
    bank_id = await filled(engine)
    engine.other.failure = WorkerDied("The embedder ended.")
    await engine.service.change_model(bank_id, "other")
    opened = await engine.opened(bank_id)
    await until(engine, lambda: opened.bank.problem)
    assert (opened.bank.embedding_model, opened.bank.reembedding) == ("words", "")
    assert (await engine.texts(bank_id, "horse7 gate7", limit=1, mode="vector")) == [TEXTS[7]]


async def test_what_cannot_be_changed(engine: Engine) -> None:
    bank_id = await filled(engine)
    assert (await engine.service.change_model(bank_id, "words")).reembedding == ""
    with pytest.raises(ModelNotFound):
        await engine.service.change_model(bank_id, "nope")
    engine.other.gate = asyncio.Event()
    await engine.service.change_model(bank_id, "other")
    with pytest.raises(Conflict, match="already"):
        await engine.service.change_model(bank_id, "other")
    words = await engine.service.create_bank("Words", type="keyword")
    with pytest.raises(InvalidRequest, match="no vectors"):
        await engine.service.change_model(words.id, "other")
    await engine.service.delete_bank(bank_id)
