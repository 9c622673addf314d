"""Documents are listed once, found again, counted, and moved from state to state; a crash lets them wait again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.engine.domain.errors import NotFound
from app.engine.domain.memory import Chunking, DocumentFailure, DocumentPage, DocumentReport, SkippedPart
from app.engine.storage.bank_documents import Known
from tests.fakes.bank import BANK, FakeBank, new, opened


@pytest.fixture
async def bank(tmp_path: Path) -> AsyncIterator[FakeBank]:
    async with opened(tmp_path) as made:
        yield made


async def page(bank: FakeBank, **wanted: object) -> DocumentPage:
    asked = {"after": None, "before": None, "limit": 20, "newest_first": True, "states": (), "name": "", **wanted}
    return await bank.documents.page(**asked)


def names(found: DocumentPage) -> list[str]:
    return [document.name for document in found.documents]


async def test_a_document_comes_back_as_it_was(bank: FakeBank) -> None:
    fresh = new(
        "a.pdf", file_id="file-9", mime="application/pdf", size_bytes=5, attributes={"year": 2024.0, "a": True},
        chunking=Chunking(max_tokens=9), title="A", language="en", updated_at=2.0,
    )  # fmt: skip
    assert await bank.documents.put([fresh]) == (fresh.document,)
    assert await bank.documents.get("file-a.pdf") == fresh.document
    assert await bank.documents.get("file-9") == fresh.document
    number = await bank.documents.number("file-9")
    assert await bank.documents.many([number, 77]) == {number: fresh.document}
    for verb in (bank.documents.get, bank.documents.number, bank.documents.text_number):
        with pytest.raises(NotFound, match="no document “nope”"):
            await verb("nope")


async def test_the_same_address_is_the_same_document(bank: FakeBank) -> None:
    number = await bank.add("a", ["One."])
    await bank.documents.change(number, sha256="d", same_as=None)
    (again,) = await bank.documents.put([new("a", id="file-other", created_at=9.0, size_bytes=7)])
    assert (again.id, again.created_at, again.size_bytes, again.state, again.sha256) == (
        "file-a",
        1.0,
        7,
        "waiting",
        "",
    )
    assert await bank.documents.number("file-a") == number
    assert await bank.texts() == ["One."]


async def test_listing_again_forgets_what_was_staged(bank: FakeBank) -> None:
    await bank.list("a")
    await bank.stage(["Half."])
    await bank.list("a")
    assert [await bank.count(table) for table in ("parts", "chunks", "pending")] == [0, 0, 0]


async def test_pages(bank: FakeBank) -> None:
    await bank.list(*"abcde")
    assert names(await page(bank)) == list("edcba")
    assert names(await page(bank, newest_first=False)) == list("abcde")
    first = await page(bank, limit=2)
    assert (names(first), first.has_more, first.total) == (["e", "d"], True, 5)
    assert names(await page(bank, limit=2, after="file-d")) == ["c", "b"]
    last = await page(bank, limit=2, after="file-b")
    assert (names(last), last.has_more) == (["a"], False)
    back = await page(bank, limit=2, before="file-b")
    assert (names(back), back.has_more) == (["d", "c"], True)
    assert names(await page(bank, limit=2, before="file-c", newest_first=False)) == ["a", "b"]
    with pytest.raises(NotFound):
        await page(bank, after="nope")


async def test_pages_of_some(bank: FakeBank) -> None:
    await bank.list("Birds.pdf", "fish.pdf", "BIRDS 2.txt")
    await bank.documents.change_where(["file-fish.pdf"], ("waiting",), state="cancelled")
    assert names(await page(bank, name="birds")) == ["BIRDS 2.txt", "Birds.pdf"]
    cancelled = await page(bank, states=("cancelled", "failed"))
    assert (names(cancelled), cancelled.total) == (["fish.pdf"], 1)
    assert names(await page(bank, states=("waiting",), name="fish")) == []
    assert names(await page(bank, name="%")) == []


async def test_what_is_known_of_files(bank: FakeBank) -> None:
    await bank.list("a", "b", size_bytes=3, mtime_ns=5, folder_id="dir_1")
    number = await bank.documents.number("file-a")
    uris = [f"file:///{name}" for name in ("a", "none", *range(1000))]
    assert await bank.documents.known(uris) == {"file:///a": Known(number, "file-a", 3, 5, "", "waiting")}
    await bank.documents.touch({number: (4, 6)})
    assert (await bank.documents.known(uris))["file:///a"] == Known(number, "file-a", 4, 6, "", "waiting")
    assert await bank.documents.of_folder("dir_1") == {"file:///a": "file-a", "file:///b": "file-b"}
    assert await bank.documents.of_folder("dir_2") == {}


async def test_the_longest_waiting_comes_first(bank: FakeBank) -> None:
    await bank.list("a", "b", mtime_ns=8, content="c0ffee")
    await bank.documents.change(await bank.documents.number("file-b"), ocr=1)
    first, second = await bank.documents.next_waiting(), await bank.documents.next_waiting()
    assert first is not None and second is not None
    assert (first.document.name, first.document.state, first.generation, first.ocr) == ("a", "parsing", 1, False)
    assert (second.document.name, second.mtime_ns, second.content, second.ocr) == ("b", 8, "c0ffee", True)
    assert await bank.documents.next_waiting() is None
    assert await bank.documents.contents() == {"c0ffee"}


async def test_details_and_columns_change_together(bank: FakeBank) -> None:
    await bank.list("a", title="Old", language="en")
    number = await bank.documents.number("file-a")
    report = DocumentReport(pages=2, skipped=(SkippedPart(where="page 1", reason="empty"),))
    changed = await bank.documents.change(number, state="ready", report=report, title="New")
    assert changed is not None
    assert (changed.state, changed.report, changed.title, changed.language) == ("ready", report, "New", "en")
    assert changed.updated_at > 1
    assert await bank.documents.change(77, state="ready") is None


async def test_only_documents_in_a_state_change(bank: FakeBank) -> None:
    await bank.list("a", "b", "c")
    number = await bank.stage(["One."])
    changed = await bank.documents.change_where((), ("waiting",), state="paused")
    assert [document.name for document in changed] == ["b", "c"]
    assert await bank.documents.change_where(["file-a"], ("waiting",), state="paused") == ()
    (cancelled,) = await bank.documents.change_where(["file-a"], ("embedding",), state="cancelled")
    assert cancelled.state == "cancelled"
    assert await bank.count("chunks") == 0
    assert await bank.chunks.finished() == ()
    assert number not in await bank.documents.begin_indexing([number])
    with pytest.raises(NotFound):
        await bank.documents.change_where(["nope"], ("waiting",), state="paused")


async def test_a_failure_keeps_what_is_live(bank: FakeBank) -> None:
    number = await bank.add("a", ["Old."])
    await bank.list("a")
    await bank.stage(["New."])
    failure = DocumentFailure(code="document_unreadable", message="It is locked.", hint="Unlock it.")
    await bank.documents.fail(number, failure)
    document = await bank.documents.get("file-a")
    assert (document.state, document.failure) == ("failed", failure)
    assert await bank.texts() == ["Old."]
    assert await bank.count("chunks") == 1
    await bank.documents.fail(77, failure)


async def test_twins(bank: FakeBank) -> None:
    first = await bank.add("a", ["One."])
    await bank.documents.change(first, sha256="d1")
    await bank.list("b")
    second = await bank.documents.number("file-b")
    twin = await bank.documents.twin(second, "d1")
    assert twin is not None and (twin[0], twin[1].id) == (first, "file-a")
    assert await bank.documents.twin(first, "d1") is None
    assert await bank.documents.twin(second, "d2") is None
    await bank.documents.change(first, state="failed")
    assert await bank.documents.twin(second, "d1") is None


async def test_a_crash_lets_documents_wait_again(bank: FakeBank, tmp_path: Path) -> None:
    await bank.list(*"abcd")
    indexing, embedding = await bank.stage(["A."]), await bank.stage(["B."])
    await bank.embed()
    assert await bank.documents.begin_indexing([indexing]) == (indexing,)
    work = await bank.documents.next_waiting()
    assert work is not None
    await bank.database.close()
    async with opened(tmp_path) as again:
        assert await again.documents.recover() == 2
        states = [document.state for document in (await page(again, newest_first=False)).documents]
        assert states == ["embedding", "embedding", "waiting", "waiting"]
        assert await again.chunks.finished() == ((indexing, 1), (embedding, 1))
        assert await again.documents.recover() == 0


async def test_counts(bank: FakeBank) -> None:
    assert not await bank.documents.has_work()
    await bank.add("a", ["One.", "Two."], size_bytes=10, language="en")
    assert not await bank.documents.has_work()
    await bank.list("b", "c", "d", "e", size_bytes=7)
    for name, state in (("c", "failed"), ("d", "cancelled"), ("e", "paused")):
        await bank.documents.change_where([f"file-{name}"], ("waiting",), state=state)
    stats = await bank.documents.stats()
    assert (stats.documents, stats.ready, stats.working, stats.failed, stats.cancelled, stats.chunks) == (
        5,
        1,
        2,
        1,
        1,
        2,
    )
    assert await bank.documents.waiting_bytes() == (7, 10)
    assert await bank.documents.has_work()


async def test_languages(bank: FakeBank) -> None:
    numbers = [
        await bank.add(name, ["One."], language=language)
        for name, language in zip("abc", ("en", "fr", "fr"), strict=True)
    ]
    await bank.documents.change(numbers[0], report=DocumentReport(characters=900))
    await bank.documents.change(numbers[1], report=DocumentReport(characters=20))
    assert await bank.documents.main_language(numbers) == "fr"
    assert await bank.documents.main_language([]) == ""
    assert (await bank.documents.languages())["en"] == 900
    assert (await bank.documents.languages())["fr"] >= 20


async def test_documents_that_a_condition_selects(bank: FakeBank) -> None:
    numbers = [await bank.add(name, ["One."], attributes={"year": year}) for name, year in (("a", 1.0), ("b", 2.0))]
    await bank.list("c", attributes={"year": 2.0})
    assert await bank.documents.select(lambda document: document.attributes["year"] == 2) == {numbers[1]: numbers[1]}
    twin = await bank.documents.number("file-c")
    await bank.documents.change(twin, same_as=numbers[0], state="ready")
    assert await bank.documents.select(lambda document: document.attributes["year"] == 2) == {
        numbers[1]: numbers[1],
        numbers[0]: twin,
    }
    assert (await bank.documents.get("file-a")).bank_id == BANK
