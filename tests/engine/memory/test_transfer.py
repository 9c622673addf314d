"""Banks as files: out, in again, and the same."""

from __future__ import annotations

import asyncio
import zipfile
from pathlib import Path

import pytest

from app.engine.domain.errors import Conflict, InvalidRequest, StorageFailed
from app.engine.domain.memory import Entry
from tests.fakes.memory_engine import Engine

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_bank_comes_back_whole_without_embedding_again(engine: Engine) -> None:
    bank = await engine.service.create_bank("Stable", description="Horses", metadata={"a": "b"})
    first = engine.file("a.txt", "# Food", "Oats in the morning.", "Hay at noon.")
    copy = engine.file("b.txt", "# Food", "Oats in the morning.", "Hay at noon.")
    await engine.service.add_paths(bank.id, (first, copy), attributes={"year": 2024.0})
    await engine.service.add_text(bank.id, "note", "The barn is red.")
    await engine.ready(bank.id)
    path = engine.folder / "stable.bank"
    assert await engine.service.export_bank(bank.id, path) == path.stat().st_size
    before = {name: (d.state, d.sha256, d.attributes) for name, d in (await engine.documents(bank.id)).items()}
    engine.words.embedded.clear()
    brought = await engine.service.import_bank(path)
    await engine.ready(brought.id)
    assert brought.id != bank.id
    assert (brought.name, brought.description, brought.metadata) == ("Stable (2)", "Horses", {"a": "b"})
    assert (brought.stats.documents, brought.stats.chunks) == (3, 3)
    after = {name: (d.state, d.sha256, d.attributes) for name, d in (await engine.documents(brought.id)).items()}
    assert after == before
    assert engine.words.embedded == []
    await engine.service.delete_bank(bank.id)
    for query, mode in (("oats morning", "hybrid"), ("barn red", "vector"), ("noon", "keyword")):
        assert (await engine.texts(brought.id, query, limit=1, mode=mode))[0]
    await engine.service.retry_documents(brought.id, ((await engine.documents(brought.id))["note"].id,))
    await engine.ready(brought.id)
    assert await engine.texts(brought.id, "barn red", limit=1) == ["The barn is red."]
    assert (await engine.service.import_bank(path, name="Other")).name == "Other"


async def test_values_travel_too(engine: Engine) -> None:
    bank = await engine.service.create_bank("Settings", type="keyvalue")
    await engine.service.put_entries(bank.id, (Entry(key="ä", value="1"),))
    path = engine.folder / "settings.bank"
    await engine.service.export_bank(bank.id, path)
    brought = await engine.service.import_bank(path)
    assert [(entry.key, entry.value) for entry in await engine.service.entries(brought.id)] == [("ä", "1")]


async def test_a_file_that_is_there_is_not_overwritten(engine: Engine) -> None:
    bank = await engine.service.create_bank("Stable")
    path = engine.file("mine.bank", "mine")
    with pytest.raises(Conflict):
        await engine.service.export_bank(bank.id, path)
    assert path.read_text() == "mine"


async def test_what_is_no_bank_leaves_nothing_behind(engine: Engine) -> None:
    plain = engine.file("plain.bank", "hello")
    damaged, whole = engine.folder / "damaged.bank", engine.folder / "whole.bank"
    bank = await engine.service.create_bank("Stable")
    await engine.service.add_text(bank.id, "note", "The barn is red.")
    await engine.ready(bank.id)
    await engine.service.export_bank(bank.id, whole)
    await asyncio.to_thread(_without, whole, damaged, "chunks.jsonl")
    folders = sorted((engine.folder / "banks").iterdir())
    for path in (plain, damaged, engine.folder / "gone.bank"):
        with pytest.raises(InvalidRequest, match="not a memory bank"):
            await engine.service.import_bank(path)
    assert sorted((engine.folder / "banks").iterdir()) == folders
    assert [each.name for each in await engine.service.banks()] == ["Stable"]


def _without(source: Path, target: Path, name: str) -> None:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for info in old.infolist():
            if info.filename != name:
                new.writestr(info, old.read(info))


async def test_an_export_that_fails_says_so(engine: Engine) -> None:
    bank = await engine.service.create_bank("Stable")
    with pytest.raises(StorageFailed):
        await engine.service.export_bank(bank.id, engine.folder / "nowhere" / "x.bank")
