"""Reads a bank's chunks as Arrow batches, for the index process. Reads only; never opens the index."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa

from app.engine.storage.lance.wording import indexed_text

BATCH = 2000
_STEP = 400
_COLUMNS = """
select chunks.number, chunks.document, chunks.headings,
       substr(parts.text, chunks.start - parts.start + 1, chunks.length) as text, vectors.vector
from chunks join documents on documents.number = chunks.document join parts on parts.number = chunks.part
left join vectors on vectors.key = chunks.key
"""


def schema(dimension: int) -> pa.Schema:
    """Return the columns of a table; vectors are float16, which halves the disk and costs nothing measurable."""
    fields = [
        pa.field("id", pa.int64(), nullable=False),
        pa.field("document", pa.int64(), nullable=False),
        pa.field("text", pa.string(), nullable=False),
    ]
    if dimension:
        fields.append(pa.field("vector", pa.list_(pa.float16(), dimension), nullable=False))
    return pa.schema(fields)


class ChunkReader:
    """A read-only connection to a bank's database."""

    def __init__(self, database: str) -> None:
        self._conn = sqlite3.connect(f"{Path(database).as_uri()}?mode=ro", uri=True, check_same_thread=False)

    def close(self) -> None:
        """Close the connection."""
        self._conn.close()

    def staged(self, documents: Sequence[int], dimension: int) -> Iterator[pa.RecordBatch]:
        """Yield the chunks of the staged generations of documents."""
        for begin in range(0, len(documents), _STEP):
            some = list(documents[begin : begin + _STEP])
            marks = ",".join("?" * len(some))
            where = f"where chunks.document in ({marks}) and chunks.generation = documents.staged"
            yield from self._batches(where, some, dimension)

    def live(self, dimension: int) -> Iterator[pa.RecordBatch]:
        """Yield all live chunks."""
        yield from self._batches("where chunks.generation = documents.live", [], dimension)

    def live_counts(self) -> dict[int, tuple[int, int]]:
        """Return the number of live chunks and the sum of their ids, by document."""
        query = """
            select chunks.document, count(*), sum(chunks.number) from chunks
            join documents on documents.number = chunks.document
            where chunks.generation = documents.live group by chunks.document
        """
        return {row[0]: (row[1], row[2]) for row in self._conn.execute(query)}

    def _batches(self, where: str, values: Sequence[Any], dimension: int) -> Iterator[pa.RecordBatch]:
        cursor = self._conn.execute(f"{_COLUMNS} {where} order by chunks.number", values)
        while rows := cursor.fetchmany(BATCH):
            whole = [row for row in rows if not dimension or row[4] is not None]
            if whole:
                yield _batch(whole, dimension)


def _batch(rows: Sequence[tuple[Any, ...]], dimension: int) -> pa.RecordBatch:
    columns: list[pa.Array] = [
        pa.array([row[0] for row in rows], pa.int64()),
        pa.array([row[1] for row in rows], pa.int64()),
        pa.array(
            [indexed_text(msgspec.json.decode(row[2], type=tuple[str, ...]), row[3]) for row in rows], pa.string()
        ),
    ]
    if dimension:
        numbers = pa.Array.from_buffers(
            pa.float16(), len(rows) * dimension, [None, pa.py_buffer(b"".join(row[4] for row in rows))]
        )
        columns.append(pa.FixedSizeListArray.from_arrays(numbers, dimension))
    return pa.RecordBatch.from_arrays(columns, schema=schema(dimension))
