"""The way of a document into its bank: nothing is done twice, nothing is lost, nothing holds up the rest."""

from __future__ import annotations

import asyncio
import os

import pytest

from app.engine.domain.errors import StorageFailed, WorkerDied
from app.engine.domain.memory import DocumentReport
from app.engine.memory import ingest
from app.engine.storage.bank_chunks import ChunkStore
from app.engine.storage.bank_documents import DocumentStore
from tests.fakes.memory_engine import Engine, until

pytestmark = pytest.mark.asyncio(loop_scope="session")

OATS, HAY, RIVERS, FENCES = (
    "They eat oats in the morning.",
    "Hay is given at noon.",
    "Seven horses are named after rivers.",
    "The fences stand along the northern meadow.",
)


async def filled(engine: Engine, **files: tuple[str, ...]) -> str:
    bank = await engine.service.create_bank("Stable")
    paths = tuple(engine.file(f"{name}.txt", *passages) for name, passages in files.items())
    await engine.service.add_paths(bank.id, paths)
    await engine.ready(bank.id)
    return str(bank.id)


async def states(engine: Engine, bank_id: str) -> dict[str, str]:
    return {name.removesuffix(".txt"): each.state for name, each in (await engine.documents(bank_id)).items()}


async def test_documents_are_read_embedded_and_reported(engine: Engine) -> None:
    bank_id = await filled(engine, a=(OATS, HAY), b=("# Names", RIVERS, "OMIT this"))
    assert await states(engine, bank_id) == {"a": "ready", "b": "ready"}
    report = (await engine.documents(bank_id))["b.txt"].report
    assert (report.format, report.pages, report.chunks, report.skipped_total) == ("text", 1, 2, 1)
    assert report.skipped[0].reason == "It is a picture."
    assert sorted(engine.words.embedded) == sorted([OATS, HAY, f"Names\n{RIVERS}", "Names\nOMIT this"])
    stats = (await engine.service.bank(bank_id)).stats
    assert (stats.documents, stats.ready, stats.working, stats.chunks) == (2, 2, 0, 4)
    assert stats.size_bytes > 0


async def test_files_that_did_not_change_cost_nothing(engine: Engine) -> None:
    bank_id = await filled(engine, a=(OATS, HAY))
    engine.parser.read.clear()
    path = engine.folder / "documents" / "a.txt"
    assert (await engine.service.add_paths(bank_id, (path,))).unchanged == 1
    os.utime(path, ns=(1, 1))
    assert (await engine.service.add_paths(bank_id, (path.parent,))).unchanged == 1
    await engine.ready(bank_id)
    assert engine.parser.read == []
    assert len(engine.words.embedded) == 2


async def test_of_a_changed_file_only_changed_passages_are_embedded(engine: Engine) -> None:
    bank_id = await filled(engine, a=(OATS, HAY, RIVERS))
    before = (await engine.documents(bank_id))["a.txt"]
    engine.words.embedded.clear()
    await engine.service.add_paths(bank_id, (engine.file("a.txt", OATS, FENCES, RIVERS),))
    await engine.ready(bank_id)
    assert engine.words.embedded == [FENCES]
    after = (await engine.documents(bank_id))["a.txt"]
    assert (after.id, after.report.chunks, after.report.reused_chunks) == (before.id, 3, 2)
    assert HAY not in await engine.texts(bank_id, HAY)
    assert (await engine.texts(bank_id, FENCES))[0] == FENCES


async def test_the_same_content_is_stored_once_and_outlives_the_original(engine: Engine) -> None:
    bank_id = await filled(engine, a=(OATS, HAY), b=(OATS, HAY))
    documents = await engine.documents(bank_id)
    assert engine.words.embedded == [OATS, HAY]
    assert (documents["b.txt"].state, documents["b.txt"].report.chunks) == ("ready", 0)
    assert "a.txt" in documents["b.txt"].report.warnings[0]
    assert [hit.document_name for hit in await engine.find(bank_id, "oats in the morning", limit=1)] == ["a.txt"]
    assert (await engine.service.part(bank_id, documents["b.txt"].id, 0)).text == f"{OATS}\n\n{HAY}"
    await engine.service.remove_documents(bank_id, (documents["a.txt"].id,))
    await engine.ready(bank_id)
    assert [hit.document_name for hit in await engine.find(bank_id, "oats in the morning", limit=1)] == ["b.txt"]
    assert (await engine.documents(bank_id))["b.txt"].report.chunks == 2


async def test_a_copy_keeps_its_words_when_the_original_changes(engine: Engine) -> None:
    bank_id = await filled(engine, a=(OATS,), b=(OATS,))
    await engine.service.add_paths(bank_id, (engine.file("a.txt", RIVERS),))
    await engine.ready(bank_id)
    names = {hit.chunk.text: hit.document_name for hit in await engine.find(bank_id, f"{OATS} {RIVERS}")}
    assert names == {OATS: "b.txt", RIVERS: "a.txt"}


async def test_a_copy_is_read_when_the_original_fails(engine: Engine) -> None:
    engine.words.failure = WorkerDied("The embedder ended.")
    bank_id = await filled(engine, a=(OATS,))
    engine.words.gate = asyncio.Event()
    await engine.service.retry_documents(bank_id)
    await engine.service.add_paths(bank_id, (engine.file("b.txt", OATS),))
    await until_state(engine, bank_id, "b", "ready")
    engine.words.gate.set()
    await engine.ready(bank_id)
    assert await states(engine, bank_id) == {"a": "failed", "b": "failed"}


async def until_state(engine: Engine, bank_id: str, name: str, state: str) -> None:
    async with asyncio.timeout(20):
        while (await states(engine, bank_id)).get(name) != state:
            await engine.parts.ingest.wait_for_move(engine.parts.ingest.moves, 0.02)


async def test_a_document_that_cannot_be_read_holds_up_no_other(engine: Engine) -> None:
    bank_id = await filled(engine, a=("UNREADABLE",), b=(OATS,), c=("",))
    assert await states(engine, bank_id) == {"a": "failed", "b": "ready", "c": "failed"}
    documents = await engine.documents(bank_id)
    assert documents["a.txt"].in_words() == "failed: It is encrypted."
    failure = documents["c.txt"].failure
    assert failure is not None
    assert failure.code == "document_empty"
    assert (await engine.service.bank(bank_id)).in_words() == "ready, 2 failed"


async def test_a_bank_whose_only_document_fails_comes_to_rest(engine: Engine) -> None:
    bank_id = await filled(engine, a=("UNREADABLE",))
    assert (await engine.service.bank(bank_id)).stats.failed == 1
    assert await (await engine.opened(bank_id)).facts.get("busy") == "0"


async def test_a_failed_document_is_read_again_when_asked(engine: Engine) -> None:
    bank_id = await filled(engine, a=("UNREADABLE",))
    engine.file("a.txt", OATS)
    assert await engine.service.retry_documents(bank_id) == 1
    await engine.ready(bank_id)
    assert await states(engine, bank_id) == {"a": "ready"}
    assert await engine.texts(bank_id, OATS) == [OATS]


async def test_a_file_that_is_gone_says_so(engine: Engine) -> None:
    bank = await engine.service.create_bank("Stable")
    await engine.service.pause(bank.id)
    path = engine.file("a.txt", OATS)
    await engine.service.add_paths(bank.id, (path,))
    path.unlink()
    await engine.service.resume(bank.id)
    await engine.ready(bank.id)
    failure = (await engine.documents(bank.id))["a.txt"].failure
    assert failure is not None
    assert failure.code == "document_gone"


async def test_a_text_that_kills_the_embedder_fails_its_own_document_only(engine: Engine) -> None:
    engine.words.failure, engine.words.poison = WorkerDied("The embedder ended."), "DEADLY"
    many = tuple(f"Passage {number} of a long book." for number in range(100))
    bank_id = await filled(
        engine, a=tuple(f"Page {number}." for number in range(40)), b=(*many, "DEADLY", *many[:1]), c=many[:70]
    )
    assert await states(engine, bank_id) == {"a": "ready", "b": "failed", "c": "ready"}
    assert (await engine.documents(bank_id))["b.txt"].in_words() == "failed: The embedder ended."
    assert (await engine.service.bank(bank_id)).stats.chunks == 110


async def test_a_failure_beside_a_batch_under_way_leaves_nothing_behind(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "BATCH", 8)
    engine.words.failure, engine.words.poison = WorkerDied("The embedder ended."), "DEADLY"
    bad = ("DEADLY", *(f"Bad passage {number}." for number in range(11)))
    bank_id = await filled(engine, a=bad, b=tuple(f"Good passage {number}." for number in range(30)))
    assert await states(engine, bank_id) == {"a": "failed", "b": "ready"}
    assert (await engine.opened(bank_id)).bank.stats.chunks == 30


async def test_an_embedding_model_that_does_not_load_stops_the_bank_until_resumed(engine: Engine) -> None:
    from app.engine.domain.errors import ModelLoadFailed

    engine.words.failure = ModelLoadFailed("The model is damaged.", hint="Install it again.")
    bank = await engine.service.create_bank("Stable")
    await engine.service.add_paths(bank.id, (engine.file("a.txt", OATS),))
    opened = await engine.opened(bank.id)
    await until(engine, lambda: opened.bank.problem)
    assert opened.bank.in_words() == "failed: The model is damaged. Install it again."
    engine.words.failure = None
    await engine.service.resume(bank.id)
    await engine.ready(bank.id)
    assert (await states(engine, bank.id), opened.bank.problem) == ({"a": "ready"}, "")


async def test_pausing_holds_back_and_resuming_goes_on(engine: Engine) -> None:
    engine.parser.gate = asyncio.Event()
    bank = await engine.service.create_bank("Stable")
    await engine.service.add_paths(bank.id, (engine.file("a.txt", OATS, HAY), engine.file("b.txt", RIVERS)))
    await engine.parser.begun.wait()
    paused = await engine.service.pause(bank.id)
    assert paused.paused
    await engine.ready(bank.id)
    await until_state(engine, bank.id, "a", "waiting")
    assert (await engine.service.bank(bank.id)).in_words() == "paused, 2 waiting"
    await engine.restart()
    assert (await engine.service.bank(bank.id)).paused
    engine.parser.gate.set()
    await engine.service.resume(bank.id)
    await engine.ready(bank.id)
    assert set((await states(engine, bank.id)).values()) == {"ready"}
    assert sorted(engine.words.embedded) == sorted([OATS, HAY, RIVERS])


async def test_cancelled_documents_stay_so_until_retried(engine: Engine) -> None:
    engine.parser.gate = asyncio.Event()
    bank = await engine.service.create_bank("Stable")
    await engine.service.add_paths(bank.id, (engine.file("a.txt", OATS), engine.file("b.txt", RIVERS)))
    await engine.parser.begun.wait()
    assert await engine.service.cancel_documents(bank.id) == 2
    engine.parser.gate.set()
    await engine.ready(bank.id)
    assert await states(engine, bank.id) == {"a": "cancelled", "b": "cancelled"}
    assert await engine.service.retry_documents(bank.id) == 2
    await engine.ready(bank.id)
    assert await states(engine, bank.id) == {"a": "ready", "b": "ready"}


async def test_a_document_cancelled_while_its_reading_ends_stays_cancelled(engine: Engine) -> None:
    engine.parser.gate = asyncio.Event()
    bank = await engine.service.create_bank("Stable")
    await engine.service.add_paths(bank.id, (engine.file("a.txt", OATS),))
    await engine.parser.begun.wait()
    opened = await engine.opened(bank.id)
    await opened.documents.change_where((), ("parsing",), state="cancelled")
    engine.parser.gate.set()
    await engine.parts.ingest.wait_for_move(engine.parts.ingest.moves)
    await engine.parts.ingest.wake(opened)
    await engine.ready(bank.id)
    assert await states(engine, bank.id) == {"a": "cancelled"}


async def test_text_replaced_while_it_is_read_is_read_again(engine: Engine) -> None:
    engine.parser.gate = asyncio.Event()
    bank = await engine.service.create_bank("Stable")
    await engine.service.add_text(bank.id, "note", OATS)
    await engine.parser.begun.wait()
    await engine.service.add_text(bank.id, "note", RIVERS)
    engine.parser.gate.set()
    await engine.ready(bank.id)
    assert await engine.texts(bank.id, f"{OATS} {RIVERS}") == [RIVERS]
    assert (await engine.documents(bank.id))["note"].report == DocumentReport(
        format="text", pages=1, characters=len(RIVERS), chunks=1, seconds=pytest.approx(0, abs=20)
    )


async def test_a_search_sees_the_old_document_until_the_new_one_is_whole(engine: Engine) -> None:
    old = tuple(f"Old river number {number}." for number in range(6))
    new = tuple(f"New river number {number}." for number in range(6))
    bank_id = await filled(engine, a=old)
    engine.words.gate = asyncio.Event()
    engine.words.asked.clear()
    await engine.service.add_paths(bank_id, (engine.file("a.txt", *new),))
    await engine.words.asked.wait()
    assert set(await engine.texts(bank_id, "river number", mode="keyword")) == set(old)
    engine.words.gate.set()
    ended = asyncio.create_task(engine.ready(bank_id))
    while not ended.done():
        found = set(await engine.texts(bank_id, "river number", mode="keyword"))
        assert found in (set(old), set(new)), found
    await ended
    assert set(await engine.texts(bank_id, "river number", mode="keyword")) == set(new)


async def test_deleting_a_bank_that_is_being_read(engine: Engine) -> None:
    engine.words.gate = asyncio.Event()
    bank = await engine.service.create_bank("Stable")
    await engine.service.add_paths(bank.id, (engine.file("a.txt", OATS), engine.file("b.txt", RIVERS)))
    await engine.words.asked.wait()
    deleting = asyncio.create_task(engine.service.delete_bank(bank.id))
    engine.words.gate.set()
    assert await deleting > 0
    assert await engine.service.banks() == ()
    assert not (engine.folder / "banks" / bank.id).exists()


async def test_a_document_that_becomes_a_copy_is_found_by_its_old_words_no_more(engine: Engine) -> None:
    bank_id = await filled(engine, a=(OATS,), b=(RIVERS,))
    await engine.service.add_paths(bank_id, (engine.file("b.txt", OATS),))
    await engine.ready(bank_id)
    hits = await engine.find(bank_id, f"{OATS} {RIVERS}")
    assert [(hit.document_name, hit.chunk.text) for hit in hits] == [("a.txt", OATS)]
    opened = await engine.opened(bank_id)
    assert (await engine.index.compare(opened.place, opened.database.path)).surplus == ()
    assert (await engine.service.bank(bank_id)).stats.chunks == 1


@pytest.mark.parametrize(
    ("store", "verb"), [(ChunkStore, "finished"), (ChunkStore, "pending"), (DocumentStore, "next_waiting")]
)
async def test_a_bank_that_is_deleted_while_a_loop_looks_at_it_holds_up_no_other(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, store: type, verb: str
) -> None:
    real, reached, gone = getattr(store, verb), asyncio.Event(), asyncio.Event()

    async def late(self: object, *given: object) -> object:
        if reached.is_set():
            return await real(self, *given)
        reached.set()
        await gone.wait()
        raise StorageFailed("The database is closed.")

    bank = await engine.service.create_bank("Stable")
    monkeypatch.setattr(store, verb, late)
    await engine.service.add_text(bank.id, "a", OATS)
    async with asyncio.timeout(8):
        await reached.wait()
    await engine.service.delete_bank(bank.id)
    gone.set()
    other = await engine.service.create_bank("Other")
    await engine.service.add_text(other.id, "b", HAY)
    await engine.ready(other.id)
    assert await states(engine, other.id) == {"b": "ready"}
