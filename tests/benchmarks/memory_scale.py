"""The search index at 1,000,000 rows of random vectors against 100,000, through the index process."""

from __future__ import annotations

import asyncio
import os
import struct
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles
from typing import Any

from app.engine.storage.lance.client import IndexClient
from app.engine.storage.lance.wire import Find, Place
from tests.benchmarks import memory_bank as bank_tools
from tests.benchmarks.report import Row, Skipped

ROWS = int(os.environ.get("PADDOCK_BENCH_ROWS", "1000000"))
BATCH = 20_000
QUERIES = 150


def large_table() -> list[Row | Skipped]:
    """Measure both tables."""
    with tempfile.TemporaryDirectory() as folder:
        small = asyncio.run(_measure(Path(folder) / "small", ROWS // 10))
        large = asyncio.run(_measure(Path(folder) / "large", ROWS))
    detail = f"p95 {large * 1000:.1f} and {small * 1000:.1f} ms"
    return [Row(f"search of {ROWS:,} chunks / {ROWS // 10:,} chunks", large / small, 3.0, "at most", detail)]


async def _measure(folder: Path, rows: int) -> float:
    """Return the p95 of hybrid searches in a table of random vectors, in seconds."""
    print(f"making a table of {rows} rows ...", file=sys.stderr, flush=True)
    from app.engine.storage.lance.table import Table, connect

    place = Place(uri=str(folder), table="chunks_1", dimension=bank_tools.DIMENSION)
    connection: Any = await connect(str(folder))
    await Table.create(connection, place, _batches(rows), "en")
    index, texts = IndexClient(), bank_tools.Texts(3)
    seconds = []
    try:
        for number in range(QUERIES + 30):
            vector = struct.pack(f"<{bank_tools.DIMENSION}f", *_random(number))
            began = time.perf_counter()
            found = await index.find(Find(place=place, text=texts.question(), vector=vector))
            assert found.vector_ids and found.keyword_ids
            if number >= 30:
                seconds.append(time.perf_counter() - began)
    finally:
        await index.close()
    return quantiles(seconds, n=20)[-1]


def _batches(rows: int) -> Iterator[Any]:
    import numpy as np
    import pyarrow as pa

    from app.engine.storage.lance.rows import schema

    generator = np.random.default_rng(7)
    texts = bank_tools.Texts(4)
    pool = [texts.paragraph(40) for _ in range(5000)]
    for start in range(0, rows, BATCH):
        count = min(BATCH, rows - start)
        vectors = generator.normal(size=(count, bank_tools.DIMENSION)).astype("f4")
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        numbers = pa.array(vectors.astype("f2").reshape(-1))
        ids = range(start, start + count)
        columns = [
            pa.array(ids, pa.int64()),
            pa.array([each // 50 for each in ids], pa.int64()),
            pa.array([f"{pool[each % len(pool)]} {each}" for each in ids]),
            pa.FixedSizeListArray.from_arrays(numbers, bank_tools.DIMENSION),
        ]
        yield pa.RecordBatch.from_arrays(columns, schema=schema(bank_tools.DIMENSION))


def _random(seed: int) -> list[float]:
    import numpy as np

    vector = np.random.default_rng(seed).normal(size=bank_tools.DIMENSION)
    return list((vector / np.linalg.norm(vector)).astype(float))
