"""Graph banks: what stands around the entities of a question."""

from __future__ import annotations

import msgspec
import pytest

from app.engine.domain.errors import InvalidRequest
from tests.fakes.memory_engine import Engine

pytestmark = pytest.mark.asyncio(loop_scope="session")

TEXTS = (
    "# Stables",
    "The stable of Mara Holt lies near Ashby.",
    "In spring Mara Holt bought a mare from Jon Reed.",
    "Later Jon Reed moved to Calder.",
)


async def graph(engine: Engine, *texts: str) -> str:
    bank = await engine.service.create_bank("People", type="graph")
    await engine.service.add_paths(bank.id, (engine.file("people.txt", *(texts or TEXTS)),))
    await engine.ready(bank.id)
    return str(bank.id)


async def test_neighbours_stand_with_the_passages_that_say_so(engine: Engine) -> None:
    bank_id = await graph(engine)
    near = await engine.service.neighbours(bank_id, "who is mara holt?")
    names = {entity.name for entity in near.entities}
    assert near.entities[0].name == "Mara Holt"
    assert near.entities[0].mentions == 2
    assert {"Ashby", "Jon Reed"} <= names
    assert "Calder" not in names
    assert ("Ashby", "Mara Holt", "appears with") in {(r.source, r.target, r.kind) for r in near.relations}
    assert near.hits[0].chunk.text in TEXTS[1:3]
    assert near.hits[0].document_name == "people.txt"
    far = await engine.service.neighbours(bank_id, "Mara Holt", depth=2)
    assert "Calder" in {entity.name for entity in far.entities}
    alone = await engine.service.neighbours(bank_id, "Mara Holt", depth=0)
    assert [entity.name for entity in alone.entities] == ["Mara Holt"]
    assert len((await engine.service.neighbours(bank_id, "Mara Holt", depth=3, limit=2)).entities) == 2


async def test_an_unknown_name_has_no_neighbours(engine: Engine) -> None:
    bank_id = await graph(engine)
    near = await engine.service.neighbours(bank_id, "Zebulon")
    assert (near.entities, near.relations, near.hits) == ((), (), ())


async def test_what_a_changed_document_no_longer_says_is_forgotten(engine: Engine) -> None:
    bank_id = await graph(engine)
    await engine.service.add_paths(bank_id, (engine.file("people.txt", "Here lives Ann Lee in Dover."),))
    await engine.ready(bank_id)
    assert (await engine.service.neighbours(bank_id, "Mara Holt")).entities == ()
    assert [e.name for e in (await engine.service.neighbours(bank_id, "Ann Lee")).entities] == ["Ann Lee", "Dover"]


async def test_a_model_adds_what_stands_in_the_passage_and_no_more(engine: Engine) -> None:
    bank_id = await graph(engine, "In spring Mara Holt bought a mare from Jon Reed.")
    facts = [
        {"subject": "Jon Reed", "relation": "sold a mare to", "object": "Mara Holt"},
        {"subject": "Jon Reed", "relation": "killed", "object": "Napoleon"},
        {"subject": " ", "relation": "is", "object": "Mara Holt"},
    ]
    engine.answers = [msgspec.json.encode({"facts": facts}).decode()]
    assert await engine.service.extract_graph(bank_id) == 1
    near = await engine.service.neighbours(bank_id, "Jon Reed")
    assert "sold a mare to" in {relation.kind for relation in near.relations}
    assert "Napoleon" not in {entity.name for entity in near.entities}
    (request,) = engine.asked
    assert request.model == "chat"
    assert request.response_format.type == "json_schema"
    assert "Mara Holt bought" in request.messages[0].content


async def test_an_answer_that_was_cut_off_adds_nothing(engine: Engine) -> None:
    bank_id = await graph(engine, "In spring Mara Holt bought a mare from Jon Reed.")
    engine.answers = ['{"facts": [{"subject": "Jon']
    assert await engine.service.extract_graph(bank_id, "other") == 0
    assert engine.asked[0].model == "other"


async def test_other_banks_are_no_graphs(engine: Engine) -> None:
    bank = await engine.service.create_bank("Texts")
    with pytest.raises(InvalidRequest, match="no graph"):
        await engine.service.neighbours(bank.id, "x")
    with pytest.raises(InvalidRequest, match="no graph"):
        await engine.service.extract_graph(bank.id)
