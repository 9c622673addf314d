"""The index by its own process's words, without the process: errors are put into words, tables are opened once."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.engine.domain.errors import StorageFailed
from app.engine.storage.lance.host import Indexes, _in_words
from app.engine.storage.lance.wire import Commit, Compare, Delete, Drop, Find, Place, Rebuild, TableState, Tend
from tests.fakes.bank import DIMENSION, FakeBank, floats

pytestmark = pytest.mark.blocks("works as in the index process, which has a loop of its own")


async def test_a_table_that_is_not_there_is_empty(place: Place, bank: FakeBank) -> None:
    indexes = Indexes()
    number = await bank.add("a", ["One."])
    assert (await indexes.find(Find(place=place, text="x"))).keyword_ids == ()
    assert await indexes.tend(Tend(place=place)) == TableState()
    await indexes.delete(Delete(place=place, documents=(1,)))
    await indexes.drop(Drop(place=place))
    found = await indexes.compare(Compare(place=place, database=str(bank.database.path)))
    assert (found.exists, found.missing, found.surplus) == (False, (number,), ())


async def test_committing_twice_changes_nothing(place: Place, bank: FakeBank) -> None:
    indexes = Indexes()
    for name in "ab":
        await bank.list(name)
        number = await bank.stage([f"{name} one.", f"{name} two."])
        await bank.embed()
        wanted = Commit(place=place, database=str(bank.database.path), documents=(number,), language="en")
        first = await indexes.commit(wanted)
        second = await indexes.commit(wanted)
        assert first.rows == second.rows
    assert second.rows == 4


async def test_a_missing_database_is_told(place: Place, tmp_path: Path) -> None:
    missing = str(tmp_path / "nowhere.db")
    for asked in (
        Indexes().rebuild(Rebuild(place=place, database=missing)),
        Indexes().compare(Compare(place=place, database=missing)),
        Indexes().commit(Commit(place=place, database=missing, documents=(1,))),
    ):
        with pytest.raises(StorageFailed) as failed:
            await asked
        assert failed.value.code == "index_failed"


async def test_a_damaged_table_is_told_and_made_anew(place: Place, bank: FakeBank) -> None:
    await bank.add("a", ["One."])
    wanted = Rebuild(place=place, database=str(bank.database.path), language="en")
    await Indexes().rebuild(wanted)
    for path in Path(place.uri).rglob("*.lance"):
        if path.is_file():
            path.write_bytes(b"\xaa" * 50)
    indexes = Indexes()
    with pytest.raises(StorageFailed, match="search index could not be used"):
        await indexes.find(Find(place=place, vector=floats("One.")))
    assert (await indexes.rebuild(wanted)).rows == 1
    assert (await indexes.find(Find(place=place, vector=floats("One.")))).vector_ids == (1,)


async def test_another_dimension_is_told(place: Place, bank: FakeBank) -> None:
    await bank.add("a", ["One."])
    indexes = Indexes()
    wider = Place(uri=place.uri, table="wide", dimension=DIMENSION * 2)
    with pytest.raises(StorageFailed):
        await indexes.rebuild(Rebuild(place=wider, database=str(bank.database.path)))


async def test_a_full_disk_is_named() -> None:
    async def fail() -> None:
        raise OSError("lance error: No space left on device (os error 28)")

    with pytest.raises(StorageFailed) as failed:
        await _in_words(fail)
    assert failed.value.code == "disk_full"
