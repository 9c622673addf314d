"""The facade's verbs on banks that no other module's test looks at."""

from __future__ import annotations

import time

import pytest

from app.engine.domain.errors import BankNotFound, InvalidRequest, ModelNotFound, NotFound
from app.engine.domain.events import BanksChanged, DocumentsChanged, DocumentsRemoved, NoticeRaised
from app.engine.domain.memory import BankChanges, Chunking
from tests.fakes.memory_engine import Engine

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGES = "First page.\n\nOats in the morning.\fSecond page.\n\nHay at noon."


async def read(engine: Engine) -> tuple[str, str]:
    bank = await engine.service.create_bank("Stable")
    document = await engine.service.add_text(bank.id, "book", PAGES)
    await engine.ready(bank.id)
    return str(bank.id), document.id


async def test_a_bank_pins_its_model_and_cuts_chunks_to_what_it_reads(engine: Engine) -> None:
    bank = await engine.service.create_bank(" Stable ", chunking=Chunking(max_tokens=2000, overlap_tokens=10))
    assert (bank.name, bank.embedding_model, bank.embedding_dimension) == ("Stable", "words", 64)
    assert bank.embedding_sha256 == engine.words.model.sha256
    assert bank.chunking == Chunking(max_tokens=254, overlap_tokens=10)
    words = await engine.service.create_bank("Words", type="keyword", chunking=Chunking(max_tokens=2000))
    assert (words.embedding_model, words.embedding_dimension, words.chunking.max_tokens) == ("", 0, 2000)


@pytest.mark.parametrize(("most", "overlap"), [(15, 0), (5000, 0), (100, 51), (100, -1)])
async def test_chunks_that_make_no_sense(engine: Engine, most: int, overlap: int) -> None:
    chunking = Chunking(max_tokens=most, overlap_tokens=overlap)
    with pytest.raises(InvalidRequest):
        await engine.service.create_bank("Stable", chunking=chunking)


async def test_banks_need_a_name_and_a_model_that_is_there(engine: Engine) -> None:
    with pytest.raises(InvalidRequest):
        await engine.service.create_bank("  ")
    with pytest.raises(ModelNotFound):
        await engine.service.create_bank("Stable", embedding_model="nope")
    assert await engine.service.banks() == ()


async def test_changing_what_a_bank_is_called(engine: Engine) -> None:
    bank_id, _document = await read(engine)
    changed = await engine.service.change_bank(bank_id, BankChanges(name="Barn", metadata={"a": "b"}))
    assert (changed.name, changed.metadata, changed.description) == ("Barn", {"a": "b"}, "")
    with pytest.raises(InvalidRequest):
        await engine.service.change_bank(bank_id, BankChanges(name=" "))
    await engine.service.change_bank("Barn", BankChanges(description="Horses"))
    assert (await engine.service.bank(bank_id)).description == "Horses"


async def test_a_document_is_read_part_by_part(engine: Engine) -> None:
    bank_id, document_id = await read(engine)
    first = await engine.service.part(bank_id, document_id, 0)
    second = await engine.service.part(bank_id, document_id, 1)
    assert (first.text, first.page, first.parts, first.start) == (PAGES.split("\f")[0], 1, 2, 0)
    assert (second.text, second.label, second.start) == (PAGES.split("\f")[1], "page 2", len(first.text))
    assert (await engine.service.part_at(bank_id, document_id, second.start)).index == 1
    assert (await engine.service.part_at(bank_id, document_id, second.start - 1)).index == 0
    with pytest.raises(NotFound):
        await engine.service.part(bank_id, document_id, 2)
    with pytest.raises(NotFound):
        await engine.service.part(bank_id, "file-nope", 0)


async def test_chunks_come_in_order_and_in_steps(engine: Engine) -> None:
    bank_id, document_id = await read(engine)
    chunks = await engine.service.chunks(bank_id, document_id)
    assert [chunk.text for chunk in chunks] == ["First page.", "Oats in the morning.", "Second page.", "Hay at noon."]
    assert [chunk.index for chunk in chunks] == [0, 1, 2, 3]
    assert {chunk.document_id for chunk in chunks} == {document_id}
    rest = await engine.service.chunks(bank_id, document_id, after=chunks[0].id, limit=2)
    assert rest == chunks[1:3]


async def test_documents_are_listed_in_pages(engine: Engine) -> None:
    bank = await engine.service.create_bank("Stable")
    for name in ("a", "b", "c", "d"):
        await engine.service.add_text(bank.id, name, f"Text {name}.")
    await engine.ready(bank.id)
    first = await engine.service.documents(bank.id, limit=2)
    assert ([d.name for d in first.documents], first.has_more, first.total) == (["a", "b"], True, 4)
    second = await engine.service.documents(bank.id, limit=2, after=first.documents[-1].id)
    assert ([d.name for d in second.documents], second.has_more) == (["c", "d"], False)
    newest = await engine.service.documents(bank.id, limit=1, newest_first=True)
    assert [d.name for d in newest.documents] == ["d"]
    before = await engine.service.documents(bank.id, limit=1, before=second.documents[0].id)
    assert [d.name for d in before.documents] == ["b"]
    assert (await engine.service.documents(bank.id, states=("failed",))).total == 0
    assert [d.name for d in (await engine.service.documents(bank.id, name="C")).documents] == ["c"]


async def test_removing_is_told(engine: Engine) -> None:
    bank_id, document_id = await read(engine)
    await engine.service.remove_documents(bank_id, (document_id,))
    assert DocumentsRemoved(bank_id, (document_id,)) in engine.events
    assert (await engine.service.bank(bank_id)).stats.documents == 0
    with pytest.raises(NotFound):
        await engine.service.remove_documents(bank_id, (document_id,))
    with pytest.raises(NotFound):
        await engine.service.set_attributes(bank_id, document_id, {})


async def test_attributes_are_replaced_and_told(engine: Engine) -> None:
    bank_id, document_id = await read(engine)
    changed = await engine.service.set_attributes(bank_id, document_id, {"year": 2024.0})
    assert changed.attributes == {"year": 2024.0}
    assert engine.events[-1] == DocumentsChanged(bank_id, (changed,))


async def test_a_ready_document_is_read_again_only_when_named(engine: Engine) -> None:
    bank_id, document_id = await read(engine)
    assert await engine.service.retry_documents(bank_id) == 0
    assert await engine.service.retry_documents(bank_id, (document_id,)) == 1
    await engine.ready(bank_id)
    assert engine.parser.read == ["book", "book"]
    assert len(engine.words.embedded) == 4


async def test_a_bank_that_was_not_used_for_its_days_is_deleted_at_the_start(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = await engine.service.create_bank("Kept", expires_after_days=30)
    gone = await engine.service.create_bank("Gone", expires_after_days=1)
    forever = await engine.service.create_bank("Forever")
    later = time.time() + 2 * 86_400
    monkeypatch.setattr(time, "time", lambda: later)
    await engine.restart()
    await engine.parts.service._waking  # type: ignore[misc]
    assert [bank.id for bank in await engine.service.banks()] == [forever.id, kept.id]
    assert BanksChanged((gone.id,)) in engine.events
    assert not (engine.folder / "banks" / gone.id).exists()


async def test_deleting_frees_what_it_says(engine: Engine) -> None:
    bank_id, _document = await read(engine)
    assert await engine.service.compact_bank(bank_id) >= 0
    size = (await engine.service.bank(bank_id)).stats.size_bytes
    assert await engine.service.delete_bank(bank_id) >= size > 0
    with pytest.raises(BankNotFound):
        await engine.service.delete_bank(bank_id)


async def test_a_damaged_bank_is_told_and_holds_up_no_other(engine: Engine) -> None:
    bad, good = await engine.service.create_bank("Bad"), await engine.service.create_bank("Good")
    await engine.service.add_text(good.id, "a", "Oats in the morning.")
    await engine.service.add_text(bad.id, "a", "Hay at noon.")
    await engine.ready(good.id)
    await engine.ready(bad.id)
    await engine.close()
    path = engine.folder / "banks" / bad.id / "bank.db"
    path.write_bytes(b"this is no database" * 300)
    await engine.start()
    await engine.parts.service._waking  # type: ignore[misc]
    (notice,) = [event for event in engine.events if isinstance(event, NoticeRaised) and event.level == "error"]
    assert "The database of “Bad” was damaged" in notice.message
    assert (await engine.service.bank(bad.id)).stats.documents == 0
    assert await engine.texts(good.id, "oats") == ["Oats in the morning."]
    assert await engine.find(bad.id, "hay") == []
    await engine.service.add_text(bad.id, "b", "Water all day.")
    await engine.ready(bad.id)
    assert await engine.texts(bad.id, "hay at noon") == ["Water all day."]
