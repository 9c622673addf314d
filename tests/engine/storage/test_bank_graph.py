"""Entities and relations are counted by the chunks that name them, walked, and go with their documents."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.engine.domain.memory import Relation
from app.engine.storage.bank_facts import FactStore
from app.engine.storage.bank_graph import GraphRow, GraphStore
from tests.fakes.bank import FakeBank, opened


@pytest.fixture
async def bank(tmp_path: Path) -> AsyncIterator[FakeBank]:
    async with opened(tmp_path) as made:
        yield made


@pytest.fixture
def graph(bank: FakeBank) -> GraphStore:
    return GraphStore(bank.database, str.casefold)


def row(chunk: int, *pairs: tuple[str, str], alone: str = "") -> GraphRow:
    names = list(dict.fromkeys([name for pair in pairs for name in pair] + [alone] * bool(alone)))
    return GraphRow(
        chunk=chunk,
        entities=tuple((name, "person") for name in names),
        relations=tuple((source, target, "knows") for source, target in pairs),
    )


async def filled(bank: FakeBank, graph: GraphStore) -> int:
    """A chain from Ada to Eve, of which the first link is seen twice; returns the number of the first document."""
    first = await bank.add("a", ["one", "two", "three"])
    await bank.add("b", ["four", "five"])
    rows = [row(1, ("Ada", "Bob")), row(2, ("Ada", "Bob")), row(3, ("Bob", "Cyd")), row(4, ("Cyd", "Dan"), alone="Bob")]
    assert await graph.put([*rows, row(5, ("Dan", "Eve Adams"))]) == 5
    return first


async def names(graph: GraphStore, numbers: tuple[int, ...]) -> list[str]:
    return [entity.name for entity in await graph.entities(numbers)]


async def test_names_are_found_whole_and_within_longer_ones(bank: FakeBank, graph: GraphStore) -> None:
    await filled(bank, graph)
    assert await names(graph, await graph.find(["ADA"])) == ["Ada"]
    assert await names(graph, await graph.find(["eve", "bob"])) == ["Eve Adams", "Bob"]
    assert await graph.find(["Adam", ""]) == ()


async def test_mentions_and_relations_are_counted(bank: FakeBank, graph: GraphStore) -> None:
    await filled(bank, graph)
    found = await graph.find(["ada", "bob", "cyd"])
    entities = await graph.entities(found)
    assert [(each.name, each.kind, each.mentions) for each in entities] == [
        ("Ada", "person", 2), ("Bob", "person", 4), ("Cyd", "person", 2),
    ]  # fmt: skip
    assert await graph.relations(found, 10) == (
        Relation(source="Ada", target="Bob", kind="knows", weight=2),
        Relation(source="Bob", target="Cyd", kind="knows", weight=1),
    )
    assert len(await graph.relations(found, 1)) == 1
    assert await graph.relations((), 5) == ()
    assert await graph.entities(()) == ()


async def test_the_same_said_twice_counts_once(bank: FakeBank, graph: GraphStore) -> None:
    await filled(bank, graph)
    assert await graph.put([row(1, ("ada", "BOB"))]) == 0
    assert await graph.put([row(99, ("Ada", "Zoe"))]) == 0
    assert await graph.find(["Zoe"]) == ()


async def test_a_relation_may_name_what_no_entity_does(bank: FakeBank, graph: GraphStore) -> None:
    await bank.add("a", ["one"])
    await graph.put([GraphRow(chunk=1, entities=(), relations=(("Ada", "Bob", "knows"),))])
    found = await graph.find(["ada", "bob"])
    assert await graph.relations(found, 5) == (Relation(source="Ada", target="Bob", kind="knows", weight=1),)


async def test_walking(bank: FakeBank, graph: GraphStore) -> None:
    await filled(bank, graph)
    (ada,) = await graph.find(["ada"])
    assert await names(graph, await graph.around([ada], 0, 10)) == ["Ada"]
    assert await names(graph, await graph.around([ada], 1, 10)) == ["Ada", "Bob"]
    assert await names(graph, await graph.around([ada], 9, 10)) == ["Ada", "Bob", "Cyd", "Dan", "Eve Adams"]
    assert await names(graph, await graph.around([ada], 9, 3)) == ["Ada", "Bob", "Cyd"]
    (cyd,) = await graph.find(["cyd"])
    assert sorted(await names(graph, await graph.around([cyd], 1, 10))) == ["Bob", "Cyd", "Dan"]
    assert await graph.around([], 2, 5) == ()


async def test_passages_that_name_the_most_come_first(bank: FakeBank, graph: GraphStore) -> None:
    await filled(bank, graph)
    assert await graph.passages(await graph.find(["cyd", "dan"]), 9) == (4, 3, 5)
    assert await graph.passages(await graph.find(["cyd", "dan"]), 1) == (4,)
    assert await graph.passages((), 5) == ()


async def test_what_was_read_is_not_read_again(bank: FakeBank, graph: GraphStore) -> None:
    await bank.add("a", ["one", "two"])
    await bank.list("staged")
    await bank.stage(["three"])
    assert [(number, text) for number, _, text in await graph.unread(9)] == [(1, "one"), (2, "two")]
    await FactStore(bank.database).set("graph_read", "1")
    assert await graph.unread(9) == ((2, '["Chapter 1"]', "two"),)


async def test_a_graph_forgets_with_its_documents(bank: FakeBank, graph: GraphStore) -> None:
    first = await filled(bank, graph)
    await bank.chunks.remove([first])
    assert await graph.find(["ada"]) == ()
    found = await graph.find(["bob", "cyd", "dan"])
    assert [relation.source for relation in await graph.relations(found, 9)] == ["Cyd"]
    assert await graph.passages(found, 9) == (4, 5)
