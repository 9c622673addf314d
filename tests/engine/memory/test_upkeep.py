"""Index and database in step: mended when they disagree, and rewritten so that nothing deleted stays on disk."""

from __future__ import annotations

import asyncio
import shutil

import msgspec
import pytest

from app.engine.domain.events import NoticeRaised
from app.engine.memory import ingest, upkeep
from app.engine.storage.bank_chunks import ChunkStore
from app.engine.storage.lance.client import IndexClient
from app.engine.storage.lance.wire import Place, TableState
from tests.fakes.memory_engine import Engine

pytestmark = pytest.mark.asyncio(loop_scope="session")

SECRET = "xyzzyplugh"
WORDS = ("Oats in the morning.", f"The word is {SECRET} here.", "Hay at noon.")


async def filled(engine: Engine, *names: str) -> str:
    bank = await engine.service.create_bank("Stable")
    paths = tuple(engine.file(f"{name}.txt", *WORDS, f"This one is {name}.") for name in names)
    await engine.service.add_paths(bank.id, paths)
    await engine.ready(bank.id)
    return str(bank.id)


async def test_nothing_of_a_removed_document_stays_on_disk(engine: Engine) -> None:
    bank = await engine.service.create_bank("Stable")
    await engine.service.add_text(bank.id, "secret", f"The word is {SECRET} here.")
    await engine.service.add_text(bank.id, "plain", "Hay at noon.")
    await engine.ready(bank.id)
    assert engine.on_disk(SECRET)
    documents = await engine.documents(bank.id)
    freed = await engine.service.remove_documents(bank.id, (documents["secret"].id,))
    assert freed >= 0
    await engine.ready(bank.id)
    assert engine.on_disk(SECRET) == []
    assert await engine.texts(bank.id, "noon hay") == ["Hay at noon."]
    assert await engine.texts(bank.id, SECRET, mode="keyword") == []


async def test_a_removal_that_was_cut_short_is_finished_at_the_next_start(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank = await engine.service.create_bank("Stable")
    await engine.service.add_text(bank.id, "secret", f"The word is {SECRET} here.")
    await engine.service.add_text(bank.id, "plain", "Hay at noon.")
    await engine.ready(bank.id)
    documents = await engine.documents(bank.id)
    monkeypatch.setattr(upkeep, "SMALL_CHUNKS", -1)
    monkeypatch.setattr(upkeep, "REST_SECONDS", 3600.0)
    monkeypatch.setattr("app.engine.memory.service.SMALL_CHUNKS", -1)
    await engine.service.remove_documents(bank.id, (documents["secret"].id,))
    assert await engine.texts(bank.id, SECRET, mode="keyword") == []
    await engine.restart()
    await engine.ready(bank.id)
    assert engine.on_disk(SECRET) == []


async def test_nothing_of_a_deleted_bank_stays_on_disk(engine: Engine) -> None:
    bank_id = await filled(engine, "a")
    documents = await engine.documents(bank_id)
    removing = asyncio.create_task(engine.service.remove_documents(bank_id, (documents["a.txt"].id,)))
    await asyncio.sleep(0)
    await engine.service.delete_bank(bank_id)
    await asyncio.wait([removing])
    assert engine.on_disk(SECRET) == []
    assert not (engine.folder / "banks" / bank_id).exists()
    await engine.restart()
    assert not (engine.folder / "banks" / bank_id).exists()


async def test_deletions_that_come_together_share_one_rewriting(engine: Engine) -> None:
    bank_id = await filled(engine, "a", "b", "c")
    opened = await engine.opened(bank_id)
    before = opened.table
    ids = [document.id for document in (await engine.documents(bank_id)).values()]
    await asyncio.gather(*(engine.service.remove_documents(bank_id, (each,)) for each in ids[:2]))
    assert int(opened.table.split("_")[1]) == int(before.split("_")[1]) + 1
    assert await engine.texts(bank_id, "this one is c", limit=1) == ["This one is c."]


async def test_an_index_that_is_gone_is_made_anew(engine: Engine) -> None:
    bank_id = await filled(engine, "a")
    opened = await engine.opened(bank_id)
    await engine.index.drop(opened.place)
    shutil.rmtree(engine.folder / "banks" / bank_id / "index")
    mended = await engine.service.check_bank(bank_id)
    assert mended.findings == ("The search index was missing and was made anew.",)
    assert await engine.texts(bank_id, "hay at noon", limit=1) == ["Hay at noon."]
    assert (await engine.service.check_bank(bank_id)).findings == ()
    assert len(engine.words.embedded) == 4


async def test_rows_that_are_missing_or_left_over_are_mended(engine: Engine) -> None:
    bank_id = await filled(engine, "a", "b")
    opened = await engine.opened(bank_id)
    await engine.index.delete(opened.place, [1])
    mended = await engine.service.check_bank(bank_id)
    assert mended.findings == ("The search index disagreed about 1 documents and was made anew.",)
    assert await engine.texts(bank_id, "this one is a", limit=1) == ["This one is a."]


async def test_an_index_of_another_version_is_made_anew(engine: Engine) -> None:
    bank_id = await filled(engine, "a")
    opened = await engine.opened(bank_id)
    await opened.facts.set("index_version", "0.0.1")
    assert "another version" in (await engine.service.check_bank(bank_id)).findings[0]
    assert await engine.texts(bank_id, "hay at noon", limit=1) == ["Hay at noon."]


async def test_an_index_whose_making_was_cut_short_is_made_anew(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank_id = await filled(engine, "a")
    tend = IndexClient.tend

    async def cut_short(index: IndexClient, place: Place, language: str = "") -> TableState:
        return msgspec.structs.replace(await tend(index, place, language), whole=False)

    assert (await engine.service.check_bank(bank_id)).findings == ()
    monkeypatch.setattr(IndexClient, "tend", cut_short)
    assert (await engine.service.check_bank(bank_id)).findings == (
        "The search index was incomplete and was made anew.",
    )
    assert await engine.texts(bank_id, "hay at noon", limit=1) == ["Hay at noon."]


async def test_the_language_of_most_of_the_text_becomes_the_banks(engine: Engine) -> None:
    engine.parser.language = "de"
    bank = await engine.service.create_bank("Stall")
    await engine.service.add_text(bank.id, "a", "Die Pferde fressen Hafer.")
    await engine.ready(bank.id)
    assert (await engine.service.bank(bank.id)).language == "de"
    assert await engine.texts(bank.id, "Pferd", mode="keyword") == ["Die Pferde fressen Hafer."]


class Cut(Exception):
    """The end of the process, at a point a test chose."""


STAGES = {
    "before the first passage has its vector": (ChunkStore, "put_vectors", False, 1),
    "after the first vectors": (ChunkStore, "put_vectors", True, 1),
    "between two stagings": (ChunkStore, "stage", True, 1),
    "before the index has it": (IndexClient, "commit", False, 1),
    "after the index, before the database": (IndexClient, "commit", True, 1),
    "after it is live, before all is settled": (ChunkStore, "make_live", True, 1),
    "while it is settled": (IndexClient, "tend", False, 1),
    "at the second file": (ChunkStore, "stage", True, 2),
}


@pytest.mark.parametrize("stage", STAGES)
async def test_wherever_the_process_ends_the_bank_is_the_same_in_the_end(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    monkeypatch.setattr(ingest, "BATCH", 3)
    owner, verb, after, count = STAGES[stage]
    real, calls, reached = getattr(owner, verb), 0, asyncio.Event()

    async def cut(*given: object, **more: object) -> object:
        nonlocal calls
        calls += 1
        if calls < count:
            return await real(*given, **more)
        if after and calls == count:
            await real(*given, **more)
        reached.set()
        await asyncio.Event().wait()  # nothing that follows this happens any more
        raise Cut

    bank = await engine.service.create_bank("Stable")
    await engine.service.add_text(bank.id, "replaced", "The old text of this note.")
    await engine.ready(bank.id)
    monkeypatch.setattr(owner, verb, cut)
    await engine.service.add_text(bank.id, "replaced", "The new text of this note.")
    pages = "\f".join(f"Page {number} of a book.\n\nIt has line{number}." for number in range(6))
    await engine.service.add_paths(bank.id, (engine.file("book.txt", pages), engine.file("hay.txt", *WORDS)))
    async with asyncio.timeout(8):
        await reached.wait()
    monkeypatch.setattr(owner, verb, real)
    await engine.restart()
    await engine.ready(bank.id)
    documents = await engine.documents(bank.id)
    assert {name: (each.state, each.done, each.total) for name, each in documents.items()} == {
        "replaced": ("ready", 1, 1),
        "book.txt": ("ready", 12, 12),
        "hay.txt": ("ready", 3, 3),
    }
    opened = await engine.opened(bank.id)
    differences = await engine.index.compare(opened.place, opened.database.path)
    assert (differences.missing, differences.surplus, differences.exists) == ((), (), True)
    assert len(await engine.texts(bank.id, "note book line3 oats word hay", limit=40, mode="vector")) == 16
    assert "The old text of this note." not in await engine.texts(bank.id, "old text note", limit=40)
    assert [e for e in engine.events if isinstance(e, NoticeRaised) and e.level != "info"] == []
