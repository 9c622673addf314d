"""Texts are staged, embedded and made live in one step; known text is not embedded again; removal leaves nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.bank import FakeBank, halves, key, opened, staged


@pytest.fixture
async def bank(tmp_path: Path) -> AsyncIterator[FakeBank]:
    async with opened(tmp_path) as made:
        yield made


async def test_the_way_of_a_document(bank: FakeBank) -> None:
    (document,) = await bank.list("a")
    number = await bank.stage(["One 🦙 stands.", "Two sit."], ["Three run."])
    assert await bank.chunks.pending_count() == 3
    assert await bank.chunks.finished() == ()
    assert await bank.texts() == []
    first, *rest = await bank.chunks.pending(2)
    assert (first.text, first.headings, first.document) == ("One 🦙 stands.", ("Chapter 1",), number)
    assert [each.text for each in await bank.chunks.pending(5, above=rest[0].number)] == ["Three run."]
    await bank.chunks.put_vectors([first], [halves(first.text)])
    assert (await bank.documents.get(document.id)).in_words() == "embedding 1 of 3"
    await bank.embed()
    assert await bank.chunks.finished() == ((number, 3),)
    await bank.chunks.make_live([number])
    assert await bank.texts() == ["One 🦙 stands.", "Two sit.", "Three run."]
    assert (await bank.documents.get(document.id)).state == "ready"
    assert await bank.chunks.finished() == ()


async def test_a_chunk_knows_where_it_stands(bank: FakeBank) -> None:
    number = await bank.add("a", ["One.", "Two."], ["Three."])
    third = (await bank.chunks.live_after(0, 10))[2]
    assert (third.chunk.text, third.chunk.index, third.chunk.start, third.chunk.end) == ("Three.", 2, 9, 15)
    assert (third.chunk.page, third.chunk.label, third.chunk.headings) == (2, "page 2", ("Chapter 2",))
    assert (third.part_index, third.key, third.document) == (1, key("Three."), number)
    whole = await bank.chunks.text(number, 100)
    assert whole is not None and whole[third.chunk.start : third.chunk.end] == "Three."


async def test_a_vector_is_made_once_for_the_same_text(bank: FakeBank) -> None:
    await bank.add("a", ["The same.", "Only here."])
    await bank.list("b")
    number = await bank.stage(["The same.", "New."])
    assert [chunk.text for chunk in await bank.chunks.pending(9)] == ["New."]
    assert (await bank.documents.many([number]))[number].in_words() == "embedding 1 of 2"
    assert await bank.chunks.vectors([key("The same."), key("New.")]) == {key("The same."): halves("The same.")}


async def test_a_bank_without_vectors_waits_for_none(bank: FakeBank) -> None:
    await bank.list("a")
    number = await bank.stage(["One."], embed=False)
    assert await bank.chunks.pending_count() == 0
    assert await bank.chunks.finished() == ((number, 1),)


async def test_the_old_text_is_found_until_the_new_one_is_whole(bank: FakeBank) -> None:
    number = await bank.add("a", ["Old.", "Same."])
    (old, _) = await bank.chunks.live_after(0, 9)
    await bank.list("a")
    assert await bank.stage(["New.", "Same."], ["More."]) == number
    assert await bank.texts() == ["Old.", "Same."]
    assert await bank.chunks.text(number, 99) == "Old.\nSame."
    await bank.embed()
    assert await bank.documents.begin_indexing([number]) == (number,)
    numbers = range(1, 10)
    assert {each.chunk.text for each in (await bank.chunks.seen(numbers)).values()} == {
        "Old.",
        "Same.",
        "New.",
        "More.",
    }
    await bank.chunks.make_live([number])
    assert await bank.texts() == ["New.", "Same.", "More."]
    assert old.chunk.id not in await bank.chunks.seen(numbers)
    await bank.chunks.drop_unused()
    assert await bank.chunks.vectors([key("Old.")]) == {}
    assert set(await bank.chunks.vectors([key("Same."), key("New.")])) == {key("Same."), key("New.")}


async def test_what_comes_too_late_is_not_staged(bank: FakeBank) -> None:
    await bank.list("a")
    work = await bank.documents.next_waiting()
    assert work is not None
    assert await bank.chunks.stage(work.number, work.generation + 1, staged([["x"]]), embed=True) == 0
    assert await bank.chunks.stage(work.number + 1, work.generation, staged([["x"]]), embed=True) == 0
    assert [await bank.count(table) for table in ("parts", "chunks")] == [0, 0]
    await bank.chunks.make_live([work.number + 1])


async def test_a_document_that_is_not_staged_stays_as_it_is(bank: FakeBank) -> None:
    number = await bank.add("a", ["One."])
    await bank.chunks.make_live([number])
    assert await bank.texts() == ["One."]


async def test_removal_leaves_nothing_but_what_others_need(bank: FakeBank) -> None:
    first = await bank.add("a", ["Shared.", "Secret."])
    await bank.add("b", ["Shared."])
    assert await bank.chunks.remove([first]) == len("Shared.\nSecret.")
    assert await bank.texts() == ["Shared."]
    assert set(await bank.chunks.vectors([key("Shared."), key("Secret.")])) == {key("Shared.")}
    assert await bank.chunks.remove([first]) == 0


async def test_a_twin_is_read_when_its_original_goes(bank: FakeBank) -> None:
    original = await bank.add("a", ["One."])
    await bank.list("b", "c")
    twins = [await bank.documents.number(f"file-{name}") for name in "bc"]
    for twin in twins:
        await bank.documents.change(twin, state="ready", same_as=original)
    assert await bank.documents.text_number("file-c") == original
    await bank.chunks.remove([original])
    assert (await bank.documents.get("file-b")).state == "waiting"
    assert await bank.documents.text_number("file-b") == twins[0]
    assert await bank.documents.text_number("file-c") == twins[0]
    assert (await bank.documents.get("file-c")).state == "ready"


async def test_removed_text_is_in_no_file(bank: FakeBank, tmp_path: Path) -> None:
    number = await bank.add("a", ["xyzzysecret " * 2000])
    await bank.add("b", ["stays here"])
    assert any(b"xyzzysecret" in path.read_bytes() for path in tmp_path.glob("bank.db*"))
    await bank.database.shrink()
    before = sum(path.stat().st_size for path in tmp_path.glob("bank.db*"))
    await bank.chunks.remove([number])
    await bank.database.shrink()
    assert not any(b"xyzzysecret" in path.read_bytes() for path in tmp_path.glob("bank.db*"))
    assert sum(path.stat().st_size for path in tmp_path.glob("bank.db*")) < before
    assert await bank.texts() == ["stays here"]


async def test_neighbours_and_pages(bank: FakeBank) -> None:
    number = await bank.add("a", ["1", "2"], ["3"], ["4", "5"])
    await bank.add("b", ["other"])
    assert [each.chunk.text for each in await bank.chunks.between(number, 1, 3)] == ["2", "3", "4"]
    second = (await bank.chunks.between(number, 1, 1))[0].chunk.id
    assert [each.chunk.text for each in await bank.chunks.of_document(number, second, 2)] == ["3", "4"]


async def test_parts(bank: FakeBank) -> None:
    number = await bank.add("a", ["One.", "Two."], ["Three."])
    part = await bank.chunks.part(number, 1)
    assert part is not None
    assert (part.index, part.parts, part.page, part.label, part.start, part.text) == (1, 2, 2, "page 2", 9, "Three.")
    assert [getattr(await bank.chunks.part_at(number, at), "index", None) for at in (0, 8, 9, 500)] == [0, 0, 1, 1]
    assert await bank.chunks.part(number, 2) is None
    assert await bank.chunks.part_at(number + 1, 0) is None


async def test_the_whole_text_within_a_limit(bank: FakeBank) -> None:
    await bank.list("a")
    number = await bank.stage(["One."], ["Two."])
    assert await bank.chunks.text(number, 8) == "One.Two."
    assert await bank.chunks.text(number, 7) is None
    assert await bank.chunks.text(number + 1, 100) is None


async def test_samples_are_spread(bank: FakeBank) -> None:
    assert await bank.chunks.sample(5) == ()
    await bank.add("a", *([f"piece {page} {place}" for place in range(5)] for page in range(40)))
    sample = await bank.chunks.sample(10)
    assert len(sample) == 10
    places = [each.chunk.index for each in sample]
    assert places == sorted(places) and places[0] < 30 and places[-1] > 150
    assert len(await bank.chunks.sample(1000)) == 200
    assert {each.words for each in sample} == {3}


async def test_many_numbers_at_once(bank: FakeBank) -> None:
    await bank.add("a", [f"piece {number}" for number in range(1200)])
    assert len(await bank.chunks.seen(range(5000))) == 1200
