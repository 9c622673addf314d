"""One table of the index: rows put in and taken out, indexes kept, both legs searched. Runs in the index process.

LanceDB keeps old versions of everything for a while; they go as soon as nothing can be reading them any more.
"""

from __future__ import annotations

import asyncio
import os
import struct
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

import lancedb
import pyarrow as pa
from lancedb.index import FTS, BTree, IvfRq
from lancedb.query import MatchQuery

from app.engine.storage.lance.rows import schema
from app.engine.storage.lance.wire import Find, Found, Place, TableState

# Below this a scan of all vectors is as fast as an index.
VECTOR_INDEX_ROWS = 20_000
# Thirty hits are asked for at least, and so many times more are compared again with their whole vectors; without
# comparing again, recall@10 falls to 0.8.
REFINE = 3
STEMMED = {
    "ar": "Arabic", "da": "Danish", "de": "German", "el": "Greek", "en": "English", "es": "Spanish", "fi": "Finnish",
    "fr": "French", "hu": "Hungarian", "it": "Italian", "nl": "Dutch", "no": "Norwegian", "pt": "Portuguese",
    "ro": "Romanian", "ru": "Russian", "sv": "Swedish", "ta": "Tamil", "tr": "Turkish",
}  # fmt: skip


def text_index(language: str) -> FTS:
    """Return the text index for a language: stemmed where LanceDB can, split by ICU's rules elsewhere.

    Only ICU finds the words of Chinese, Japanese and Thai, which stand without spaces.
    """
    name = STEMMED.get(language)
    if name is not None:
        return FTS(with_position=True, language=name, stem=True, remove_stop_words=False)
    return FTS(with_position=True, base_tokenizer="icu", stem=False, remove_stop_words=False)


async def connect(uri: str) -> lancedb.AsyncConnection:
    """Open a folder, an object store (its credentials come from the environment) or LanceDB Cloud."""
    key = os.environ.get("LANCEDB_API_KEY") if uri.startswith("db://") else None
    return await lancedb.connect_async(uri, api_key=key)


class Table:
    """An open table. Writers are serialised by the caller; readers need not be."""

    def __init__(self, connection: lancedb.AsyncConnection, table: Any, dimension: int) -> None:
        self._connection = connection
        self._table = table
        self._dimension = dimension
        self.writing = asyncio.Lock()
        self._readers = 0
        self._unread = asyncio.Event()
        self._unread.set()

    @classmethod
    async def open(cls, connection: lancedb.AsyncConnection, place: Place) -> Table | None:
        """Open a table, or return None when there is none.

        One whose making or removal was cut short by a kill is listed but has no version, and counts as none.
        """
        names = await connection.list_tables()
        if place.table not in list(getattr(names, "tables", names)):
            return None
        try:
            table = await connection.open_table(place.table)
        except ValueError as error:
            if "was not found" in str(error):
                return None
            raise
        return cls(connection, table, place.dimension)

    @classmethod
    async def create(
        cls, connection: lancedb.AsyncConnection, place: Place, batches: Iterable[pa.RecordBatch], language: str
    ) -> Table:
        """Make a table of these rows, in the place of one of that name, with its indexes."""
        made = await connection.create_table(place.table, schema=schema(place.dimension), mode="overwrite")
        table = cls(connection, made, place.dimension)
        reader = pa.RecordBatchReader.from_batches(schema(place.dimension), batches)
        await made.add(reader)
        await made.create_index("id", config=BTree())
        await made.create_index("document", config=BTree())
        await made.create_index("text", config=text_index(language))
        await table.index_vectors()
        return table

    async def replace(self, documents: Sequence[int], batches: Iterable[pa.RecordBatch]) -> None:
        """Put rows in the place of all rows of these documents, in one step that a reader sees whole or not at all."""
        rows = pa.Table.from_batches(list(batches), schema=schema(self._dimension))
        merge = self._table.merge_insert("id").when_matched_update_all().when_not_matched_insert_all()
        await merge.when_not_matched_by_source_delete(_in("document", documents)).execute(rows)

    async def append(self, batches: Iterable[pa.RecordBatch]) -> None:
        """Add rows of documents the table does not hold, in one step and without holding them all in memory."""
        await self._table.add(pa.RecordBatchReader.from_batches(schema(self._dimension), batches))

    async def delete(self, documents: Sequence[int]) -> None:
        """Take rows out."""
        await self._table.delete(_in("document", documents))

    async def holds(self, documents: Sequence[int]) -> bool:
        """Tell whether there is a row of one of these documents."""
        return bool(await self._table.count_rows(_in("document", documents)))

    async def index_text(self, language: str) -> None:
        """Make the text index anew, for a language."""
        await self._table.create_index("text", config=text_index(language), replace=True)

    async def index_vectors(self) -> None:
        """Make the vector index once the table is large enough."""
        if self._dimension and await self._table.count_rows() >= VECTOR_INDEX_ROWS:
            known = [index.name for index in await self._table.list_indices() if "vector" in index.columns]
            if not known:
                await self._table.create_index("vector", config=IvfRq(distance_type="cosine"))

    async def tend(self) -> TableState:
        """Compact, bring the indexes up to date and forget old versions that nobody reads any more."""
        await self._table.optimize(cleanup_older_than=timedelta(minutes=10))
        await self.index_vectors()
        return await self.state()

    async def state(self) -> TableState:
        """Return what the table holds."""
        rows = await self._table.count_rows()
        unindexed, vectors = rows, False
        indexed: set[str] = set()
        for index in await self._table.list_indices():
            indexed |= set(index.columns)
            if "text" in index.columns:
                stats = await self._table.index_stats(index.name)
                unindexed = stats.num_unindexed_rows if stats is not None else rows
            vectors = vectors or "vector" in index.columns
        return TableState(
            rows=rows,
            unindexed=unindexed,
            vector_index=vectors,
            whole=indexed >= {"id", "document", "text"},
            version=lancedb.__version__,
        )

    async def counts(self) -> dict[int, tuple[int, int]]:
        """Return the number of rows and the sum of their ids, by document."""
        columns = await self._table.query().select(["id", "document"]).to_arrow()
        grouped = columns.group_by("document").aggregate([("id", "count"), ("id", "sum")])
        documents, counts, sums = (grouped[name].to_pylist() for name in ("document", "id_count", "id_sum"))
        return {document: (count, total) for document, count, total in zip(documents, counts, sums, strict=True)}

    async def find(self, wanted: Find) -> Found:
        """Search the legs that are asked for, beside each other."""
        self._readers += 1
        self._unread.clear()
        try:
            vectors, words = await asyncio.gather(self._nearest(wanted), self._matching(wanted))
        finally:
            self._readers -= 1
            if not self._readers:
                self._unread.set()
        return Found(
            vector_ids=tuple(vectors["id"].to_pylist()) if vectors is not None else (),
            similarities=tuple(1 - value for value in vectors["_distance"].to_pylist()) if vectors is not None else (),
            keyword_ids=tuple(words["id"].to_pylist()) if words is not None else (),
            scores=tuple(words["_score"].to_pylist()) if words is not None else (),
        )

    async def unread(self) -> None:
        """Wait until no search reads the table."""
        await self._unread.wait()

    async def _nearest(self, wanted: Find) -> pa.Table | None:
        if not wanted.vector or not self._dimension:
            return None
        query = self._table.query().nearest_to(list(struct.unpack(f"<{self._dimension}f", wanted.vector)))
        query = query.distance_type("cosine").refine_factor(REFINE)
        return await _limited(query, wanted, ["id", "_distance"]).to_arrow()

    async def _matching(self, wanted: Find) -> pa.Table | None:
        if not wanted.text:
            return None
        query = self._table.query().nearest_to_text(MatchQuery(wanted.text, "text"))  # type: ignore[call-arg]
        return await _limited(query, wanted, ["id", "_score"]).to_arrow()


def _limited(query: Any, wanted: Find, columns: list[str]) -> Any:
    if wanted.documents is not None:
        query = query.where(_in("document", wanted.documents))
    return query.select(columns).limit(wanted.limit)


def _in(column: str, numbers: Sequence[int]) -> str:
    return f"{column} in ({','.join(map(str, numbers))})" if numbers else "false"
