"""Chunks come out of a bank's database as Arrow batches; what has no vector yet stays out of a table of vectors."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa
import pytest

from app.engine.storage.lance import rows
from app.engine.storage.lance.rows import ChunkReader, schema
from tests.fakes.bank import DIMENSION, FakeBank, numbers

pytestmark = pytest.mark.blocks("reads as the index process does, which has a loop of its own")


@contextmanager
def reader(bank: FakeBank) -> Iterator[ChunkReader]:
    made = ChunkReader(str(bank.database.path))
    yield made
    made.close()


def table(batches: Iterator[pa.RecordBatch], dimension: int = DIMENSION) -> dict[str, list]:
    return pa.Table.from_batches(list(batches), schema=schema(dimension)).to_pydict()


async def test_staged_and_live_chunks(bank: FakeBank) -> None:
    number = await bank.add("a", ["Old."])
    await bank.list("a")
    await bank.stage(["New.", "Newer."])
    await bank.embed()
    with reader(bank) as made:
        live, staged = table(made.live(DIMENSION)), table(made.staged([number, 77], DIMENSION))
        assert made.live_counts() == {number: (1, 1)}
    assert (live["text"], live["id"], live["document"]) == (["Chapter 1\nOld."], [1], [number])
    assert staged["text"] == ["Chapter 1\nNew.", "Chapter 1\nNewer."]
    assert staged["vector"][1] == pytest.approx(numbers("Newer."), abs=1e-3)


async def test_what_has_no_vector_is_left_out(bank: FakeBank) -> None:
    await bank.list("a")
    number = await bank.stage(["One.", "Two."])
    (first, _) = await bank.chunks.pending(9)
    await bank.chunks.put_vectors([first], [b"\0\x3c" * DIMENSION])
    with reader(bank) as made:
        assert table(made.staged([number], DIMENSION))["id"] == [1]
        without = table(made.staged([number], 0), 0)
        assert without["id"] == [1, 2] and "vector" not in without
        assert list(made.live(DIMENSION)) == []


async def test_many_come_in_batches(bank: FakeBank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "BATCH", 4)
    monkeypatch.setattr(rows, "_STEP", 2)
    numbers_ = [await bank.add(name, [f"{name}{piece}" for piece in range(3)]) for name in "abc"]
    with reader(bank) as made:
        batches = list(made.live(DIMENSION))
        assert [batch.num_rows for batch in batches] == [4, 4, 1]
        assert pa.Table.from_batches(batches)["id"].to_pylist() == list(range(1, 10))
        assert list(made.staged(numbers_, DIMENSION)) == []


async def test_a_reader_cannot_write(bank: FakeBank) -> None:
    with reader(bank) as made, pytest.raises(sqlite3.OperationalError, match="readonly"):
        made._conn.execute("delete from documents")
