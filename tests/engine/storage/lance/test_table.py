"""One table: rows are replaced in one step, both legs are searched, the text index knows languages."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import msgspec
import pyarrow as pa
import pytest

from app.engine.storage.lance import table as module
from app.engine.storage.lance.rows import schema
from app.engine.storage.lance.table import Table, connect
from app.engine.storage.lance.wire import Find, Place
from tests.fakes.bank import DIMENSION, floats, numbers

pytestmark = pytest.mark.blocks("works as in the index process, which has a loop of its own")

Row = tuple[int, int, str]


def batch(*rows: Row) -> pa.RecordBatch:
    columns = {
        "id": [row[0] for row in rows],
        "document": [row[1] for row in rows],
        "text": [row[2] for row in rows],
        "vector": [numbers(row[2]) for row in rows],
    }
    return pa.RecordBatch.from_pydict(columns, schema=schema(DIMENSION))


ROWS: Sequence[Row] = ((1, 1, "The owl hunts."), (2, 1, "The hen lays eggs."), (3, 2, "Owls sleep by day."))


@pytest.fixture
async def table(place: Place) -> AsyncIterator[Table]:
    connection = await connect(place.uri)
    yield await Table.create(connection, place, [batch(*ROWS)], "en")
    connection.close()


async def ids(table: Table, place: Place, **wanted: object) -> tuple[int, ...]:
    found = await table.find(Find(place=place, **wanted))
    return found.vector_ids or found.keyword_ids


async def test_both_legs(table: Table, place: Place) -> None:
    found = await table.find(Find(place=place, text="owls", vector=floats("The hen lays eggs."), limit=2))
    assert (found.vector_ids[0], len(found.vector_ids)) == (2, 2)
    assert found.similarities[0] == pytest.approx(1, abs=1e-3) and found.similarities[1] < 0.95
    assert set(found.keyword_ids) == {1, 3}
    assert list(found.scores) == sorted(found.scores, reverse=True) and found.scores[-1] > 0
    assert await ids(table, place, text="giraffe") == ()
    assert await ids(table, place) == ()


async def test_some_documents_only(table: Table, place: Place) -> None:
    assert await ids(table, place, text="owl", documents=(2,)) == (3,)
    assert await ids(table, place, vector=floats("The owl hunts."), documents=(2,)) == (3,)
    assert await ids(table, place, text="owl", documents=()) == ()


async def test_what_a_person_types_is_words_and_no_language_of_queries(table: Table, place: Place) -> None:
    for text in ('owl AND "', "owl:*~^2", "(owl", "owl') or true --", "\\ owl", "🦙 owl"):
        assert set(await ids(table, place, text=text)) >= {1, 3}, text


async def test_a_reader_never_sees_half_of_a_replacement(table: Table, place: Place) -> None:
    old, new = {1, 2}, {11, 12}
    seen: list[set[int]] = []

    async def read() -> None:
        while not seen or seen[-1] != new:
            found = await table.find(Find(place=place, vector=floats("x"), documents=(1,)))
            seen.append(set(found.vector_ids))

    reading = asyncio.create_task(read())
    await table.replace([1], [batch((11, 1, "The hawk hunts."), (12, 1, "The duck swims."))])
    await asyncio.wait_for(reading, 20)
    assert all(each in (old, new) for each in seen)
    assert await ids(table, place, text="hawk") == (11,)
    assert await ids(table, place, text="hen") == ()
    assert await table.counts() == {1: (2, 23), 2: (1, 3)}


async def test_rows_come_and_go(table: Table, place: Place) -> None:
    assert await table.holds([1, 9]) and not await table.holds([9]) and not await table.holds([])
    await table.append([batch((4, 3, "A llama."))])
    assert (await table.state()).unindexed == 1
    assert await ids(table, place, text="llama") == (4,)
    await table.delete([1, 2])
    await table.delete([])
    state = await table.tend()
    assert (state.rows, state.unindexed, state.vector_index) == (1, 0, False)
    assert state.version
    assert await ids(table, place, text="llama owl") == (4,)


async def test_a_large_table_gets_an_index_of_vectors(
    table: Table, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "VECTOR_INDEX_ROWS", 300)
    rows = [(number, number, f"bird {number}") for number in range(100, 500)]
    await table.append([batch(*rows)])
    assert (await table.tend()).vector_index
    assert (await ids(table, place, vector=floats("bird 321"), limit=10))[0] == 321
    assert (await table.tend()).vector_index


async def test_a_language_is_stemmed_and_scripts_without_spaces_are_split(table: Table, place: Place) -> None:
    await table.append([batch((5, 4, "Die Hühner legen Eier."), (6, 4, "猫头鹰在夜里捕猎"))])
    await table.index_text("de")
    assert await ids(table, place, text="Huhn Hühnern") == (5,)
    await table.index_text("zh")
    assert await ids(table, place, text="捕猎") == (6,)


async def test_every_language_has_an_index(table: Table, place: Place) -> None:
    for language in (*module.STEMMED, "pl", "zh", ""):
        await table.index_text(language)
        assert await ids(table, place, text="hen") == (2,), language


async def test_a_table_is_opened_again_or_is_not_there(table: Table, place: Place) -> None:
    connection = await connect(place.uri)
    again = await Table.open(connection, place)
    assert again is not None and await again.counts() == {1: (2, 3), 2: (1, 3)}
    assert await Table.open(connection, Place(uri=place.uri, table="other")) is None
    connection.close()


async def test_a_table_without_vectors(place: Place) -> None:
    bare = Place(uri=place.uri, table="bare")
    connection = await connect(place.uri)
    made = await Table.create(connection, bare, [batch(*ROWS).select(["id", "document", "text"])], "en")
    found = await made.find(Find(place=bare, text="owl", vector=floats("x")))
    assert (found.vector_ids, set(found.keyword_ids)) == ((), {1, 3})
    connection.close()


async def test_a_table_that_a_kill_left_without_a_version_counts_as_none(table: Table, place: Place) -> None:
    shutil.rmtree(Path(place.uri) / f"{place.table}.lance" / "_versions")
    connection = await connect(place.uri)
    assert await Table.open(connection, place) is None
    made = await Table.create(connection, place, [batch(*ROWS)], "en")
    assert (await made.state()).rows == len(ROWS)
    again = await Table.open(connection, place)
    assert again is not None and (await again.state()).rows == len(ROWS)
    connection.close()


async def test_a_table_whose_indexes_a_kill_prevented_is_not_whole(table: Table, place: Place) -> None:
    assert (await table.state()).whole
    connection = await connect(place.uri)
    other = msgspec.structs.replace(place, table="cut_short")
    made = await connection.create_table(other.table, schema=schema(DIMENSION))
    await made.add(pa.Table.from_batches([batch(*ROWS)]))
    opened = await Table.open(connection, other)
    assert opened is not None and not (await opened.state()).whole
    connection.close()
