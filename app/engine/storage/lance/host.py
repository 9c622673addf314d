"""The index process: opens tables, commits what a bank's database holds, searches. Started by `client.py`.

It is the only writer of its tables. It reads the bank's database and never writes it.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import lancedb

from app.engine.domain.errors import StorageFailed
from app.engine.runtime.worker_host import Verb, serve
from app.engine.storage.lance.rows import ChunkReader
from app.engine.storage.lance.table import Table, connect
from app.engine.storage.lance.wire import (
    Commit,
    Compare,
    Delete,
    Differences,
    Drop,
    Find,
    Found,
    Place,
    Rebuild,
    TableState,
    Tend,
)

T = TypeVar("T")


class Indexes:
    """The open tables."""

    def __init__(self) -> None:
        self._connections: dict[str, lancedb.AsyncConnection] = {}
        self._tables: dict[tuple[str, str], Table] = {}
        self._opening = asyncio.Lock()

    async def commit(self, wanted: Commit) -> TableState:
        """Put the staged generation of documents in the place of what is there."""
        return await _in_words(self._commit, wanted)

    async def _commit(self, wanted: Commit) -> TableState:
        reader = ChunkReader(wanted.database)
        try:
            table = await self._table(wanted.place)
            batches = reader.staged(wanted.documents, wanted.place.dimension)
            if table is None:
                key = (wanted.place.uri, wanted.place.table)
                made = await Table.create(
                    await self._connection(wanted.place.uri), wanted.place, batches, wanted.language
                )
                self._tables[key] = made
                return await made.state()
            async with table.writing:
                if await table.holds(wanted.documents):
                    await table.replace(wanted.documents, batches)
                else:
                    await table.append(batches)
            return await table.state()
        finally:
            reader.close()

    async def delete(self, wanted: Delete) -> None:
        """Take documents out."""
        table = await self._table(wanted.place)
        if table is not None:
            async with table.writing:
                await _in_words(table.delete, wanted.documents)

    async def tend(self, wanted: Tend) -> TableState:
        """Compact and bring indexes up to date."""
        return await _in_words(self._tend, wanted)

    async def _tend(self, wanted: Tend) -> TableState:
        table = await self._table(wanted.place)
        if table is None:
            return TableState()
        async with table.writing:
            if wanted.language:
                await table.index_text(wanted.language)
            return await table.tend()

    async def rebuild(self, wanted: Rebuild) -> TableState:
        """Make a table of all live chunks."""
        return await _in_words(self._rebuild, wanted)

    async def _rebuild(self, wanted: Rebuild) -> TableState:
        reader = ChunkReader(wanted.database)
        try:
            batches = reader.live(wanted.place.dimension)
            connection = await self._connection(wanted.place.uri)
            made = await Table.create(connection, wanted.place, batches, wanted.language)
        finally:
            reader.close()
        self._tables[wanted.place.uri, wanted.place.table] = made
        return await made.state()

    async def drop(self, wanted: Drop) -> None:
        """Remove a table and its files."""
        await _in_words(self._drop, wanted)

    async def _drop(self, wanted: Drop) -> None:
        table = await self._table(wanted.place)
        if table is not None:
            self._tables.pop((wanted.place.uri, wanted.place.table), None)
            await table.unread()
        # What a kill left of a table that cannot be opened goes as well.
        connection = await self._connection(wanted.place.uri)
        await connection.drop_table(wanted.place.table, ignore_missing=True)

    async def compare(self, wanted: Compare) -> Differences:
        """Find documents whose rows are missing, differ or should not be there."""
        return await _in_words(self._compare, wanted)

    async def _compare(self, wanted: Compare) -> Differences:
        reader = ChunkReader(wanted.database)
        try:
            expected = await asyncio.to_thread(reader.live_counts)
        finally:
            reader.close()
        table = await self._table(wanted.place)
        if table is None:
            return Differences(missing=tuple(sorted(expected)), exists=False)
        found = await table.counts()
        return Differences(
            missing=tuple(sorted(each for each, counts in expected.items() if found.get(each) != counts)),
            surplus=tuple(sorted(found.keys() - expected.keys())),
        )

    async def find(self, wanted: Find) -> Found:
        """Search the legs that are asked for."""
        table = await self._table(wanted.place)
        return Found() if table is None else await _in_words(table.find, wanted)

    async def _connection(self, uri: str) -> lancedb.AsyncConnection:
        if uri not in self._connections:
            self._connections[uri] = await connect(uri)
        return self._connections[uri]

    async def _table(self, place: Place) -> Table | None:
        key = (place.uri, place.table)
        table = self._tables.get(key)
        if table is not None:
            return table
        async with self._opening:
            if key not in self._tables:
                opened = await _in_words(self._open, place)
                if opened is None:
                    return None
                self._tables[key] = opened
            return self._tables[key]

    async def _open(self, place: Place) -> Table | None:
        return await Table.open(await self._connection(place.uri), place)


async def _in_words(run: Callable[..., Awaitable[T]], *arguments: object) -> T:
    """Run something of LanceDB or of a bank's database; what it raises becomes StorageFailed."""
    try:
        return await run(*arguments)
    except (OSError, RuntimeError, ValueError, sqlite3.Error) as error:
        full = "No space left" in str(error)
        message = "The disk is full." if full else f"The search index could not be used: {_first_line(error)}"
        hint = "Free some space and try again." if full else "Check the bank: the index is then made anew."
        raise StorageFailed(message, hint=hint, code="disk_full" if full else "index_failed") from error


def _first_line(error: Exception) -> str:
    lines: Sequence[str] = str(error).strip().splitlines()
    return lines[0][:300] if lines else type(error).__name__


def main() -> int:
    """Serve on this process's streams."""
    indexes = Indexes()
    return serve(
        {
            "commit": Verb(Commit, indexes.commit),
            "delete": Verb(Delete, indexes.delete),
            "tend": Verb(Tend, indexes.tend),
            "rebuild": Verb(Rebuild, indexes.rebuild),
            "drop": Verb(Drop, indexes.drop),
            "compare": Verb(Compare, indexes.compare),
            "find": Verb(Find, indexes.find),
        }
    )


if __name__ == "__main__":
    sys.exit(main())
