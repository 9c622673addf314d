"""Searches of banks: both legs, what is left out, and what is said about it."""

from __future__ import annotations

import pytest

from app.engine.domain.errors import BankNotFound, InvalidRequest, WorkerDied
from app.engine.domain.memory import Comparison, SearchRequest
from tests.fakes.memory_engine import Engine, WordEmbedder

pytestmark = pytest.mark.asyncio(loop_scope="session")

STABLE = ("# Food", "Horses eat oats in the morning.", "Hay is given at noon.", "# Names", "Seven horses have names.")
OFFICE = ("Revenue rose by twelve percent.", "The oats of the office are porridge.")


async def filled(engine: Engine, kind: str = "vector") -> str:
    bank = await engine.service.create_bank("Stable", type=kind)
    await engine.service.add_paths(bank.id, (engine.file("stable.txt", *STABLE),), attributes={"year": 2024.0})
    await engine.service.add_paths(bank.id, (engine.file("office.txt", *OFFICE),), attributes={"year": 2020.0})
    await engine.ready(bank.id)
    return str(bank.id)


async def test_a_hit_says_where_it_stands_and_what_each_leg_says(engine: Engine) -> None:
    bank_id = await filled(engine)
    hit = (await engine.find(bank_id, "horses eat oats in the morning"))[0]
    assert (hit.document_name, hit.chunk.text, hit.chunk.headings) == ("stable.txt", STABLE[1], ("Food",))
    text = "\n\n".join(STABLE)
    assert text[hit.chunk.start : hit.chunk.end] == STABLE[1]
    assert (hit.chunk.page, hit.chunk.label, hit.attributes) == (1, "page 1", {"year": 2024.0})
    assert hit.legs.vector is not None
    assert hit.legs.keyword is not None
    assert 0.9 < hit.score <= 1
    assert hit.chunk.document_id == hit.document_id


async def test_modes_and_weights_choose_the_legs(engine: Engine) -> None:
    engine.parser.language = "en"
    bank_id = await filled(engine)
    words = (await engine.find(bank_id, "named horse", mode="keyword"))[0]
    assert (words.legs.vector, words.chunk.text) == (None, STABLE[4])
    assert [hit.chunk.text for hit in await engine.find(bank_id, "porridge", mode="keyword")] == [OFFICE[1]]
    vectors = await engine.find(bank_id, "porridge", mode="vector")
    assert len(vectors) == 5
    assert {hit.legs.keyword for hit in vectors} == {None}
    assert all(hit.legs.keyword is None for hit in await engine.find(bank_id, "oats", keyword_weight=0.0))


async def test_limits_thresholds_and_bounds(engine: Engine) -> None:
    bank_id = await filled(engine)
    assert len(await engine.find(bank_id, "horses oats", limit=2)) == 2
    assert await engine.find(bank_id, "zebra", min_score=0.3) == []
    strict = await engine.find(bank_id, "horses eat oats in the morning", min_score=0.95)
    assert [hit.chunk.text for hit in strict] == [STABLE[1]]
    each = await engine.find(bank_id, "horses oats hay", per_document=1)
    assert sorted(hit.document_name for hit in each) == ["office.txt", "stable.txt"]


async def test_conditions_on_attributes(engine: Engine) -> None:
    bank_id = await filled(engine)
    recent = Comparison(op="gt", key="year", value=2022)
    assert {hit.document_name for hit in await engine.find(bank_id, "oats", filter=recent)} == {"stable.txt"}
    never = Comparison(op="eq", key="year", value=1900)
    assert await engine.find(bank_id, "oats", filter=never) == []
    document = (await engine.documents(bank_id))["office.txt"]
    await engine.service.set_attributes(bank_id, document.id, {"year": 2025.0})
    assert {hit.document_name for hit in await engine.find(bank_id, "oats", filter=recent)} == {
        "stable.txt", "office.txt",
    }  # fmt: skip


async def test_a_copy_is_found_by_its_own_attributes(engine: Engine) -> None:
    bank_id = await filled(engine)
    await engine.service.add_paths(bank_id, (engine.file("copy.txt", *OFFICE),), attributes={"year": 2030.0})
    await engine.ready(bank_id)
    hits = await engine.find(bank_id, "porridge", filter=Comparison(op="eq", key="year", value=2030))
    assert {hit.document_name for hit in hits} == {"copy.txt"}
    assert OFFICE[1] in {hit.chunk.text for hit in hits}
    assert {hit.attributes["year"] for hit in hits} == {2030.0}


async def test_neighbours_of_a_hit(engine: Engine) -> None:
    bank_id = await filled(engine)
    (hit,) = await engine.find(bank_id, "hay is given at noon", limit=1, around=1)
    assert (hit.before, hit.after) == (STABLE[1], STABLE[4])
    (first,) = await engine.find(bank_id, "horses eat oats in the morning", limit=1, around=5)
    assert (first.before, first.after) == ("", f"{STABLE[2]}\n{STABLE[4]}")


async def test_a_reranker_has_the_last_word(engine: Engine) -> None:
    bank_id = await filled(engine)
    hits = await engine.find(bank_id, "horses eat oats", rerank="short-first")
    lengths = [len("\n".join((*hit.chunk.headings, hit.chunk.text))) for hit in hits]
    assert lengths == sorted(lengths)
    assert (hits[0].score, hits[0].legs.rerank) == (1, 1)


async def test_several_banks_in_one_order(engine: Engine) -> None:
    bank_id = await filled(engine)
    words = await engine.service.create_bank("Words", type="keyword")
    await engine.service.add_text(words.id, "note", "Horses eat oats in the morning and carrots.")
    await engine.ready(words.id)
    result = await engine.service.search((bank_id, words.id), SearchRequest(query="horses eat oats", limit=3))
    assert {hit.bank_id for hit in result.hits} == {bank_id, words.id}
    assert [hit.score for hit in result.hits] == sorted((hit.score for hit in result.hits), reverse=True)
    assert len(result.hits) == 3


async def test_a_bank_without_vectors_says_so_when_asked_for_them(engine: Engine) -> None:
    bank_id = await filled(engine, "keyword")
    result = await engine.service.search((bank_id,), SearchRequest(query="porridge", mode="vector"))
    assert (result.mode, len(result.hits)) == ("keyword", 1)
    assert "no vectors" in result.note
    plain = await engine.service.search((bank_id,), SearchRequest(query="porridge"))
    assert (plain.mode, plain.note) == ("keyword", "")
    assert engine.words.embedded == []


async def test_without_an_embedder_words_still_find(engine: Engine) -> None:
    bank_id = await filled(engine)
    engine.words.failure = WorkerDied("The embedder ended.")
    result = await engine.service.search((bank_id,), SearchRequest(query="porridge"))
    assert (result.mode, result.hits[0].chunk.text) == ("keyword", OFFICE[1])
    assert result.note == "Searched by words only: The embedder ended."
    with pytest.raises(WorkerDied):
        await engine.service.search((bank_id,), SearchRequest(query="porridge", mode="vector"))


async def test_vectors_of_another_version_of_the_model_are_not_compared(engine: Engine) -> None:
    bank_id = await filled(engine)
    engine.words = WordEmbedder("words", 64)
    engine.words.model = type(engine.words.model)(id="words", name="Words", dimension=64, sha256="0" * 64)
    result = await engine.service.search((bank_id,), SearchRequest(query="porridge"))
    assert "another version of words" in result.note
    assert result.mode == "keyword"


async def test_what_cannot_be_searched(engine: Engine) -> None:
    bank_id = await filled(engine)
    with pytest.raises(InvalidRequest, match="empty"):
        await engine.find(bank_id, "  ")
    with pytest.raises(BankNotFound):
        await engine.find("nope", "x")
    assert await engine.texts(bank_id, "\x00 !? ()", mode="keyword") == []
    empty = await engine.service.create_bank("Empty")
    assert await engine.find(empty.id, "anything") == []
