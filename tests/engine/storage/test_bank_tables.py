"""What belongs to a document goes with it, and an address is there once."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.engine.domain.errors import BugError
from tests.fakes.bank import new, opened


async def test_all_tables_are_made_and_the_pragmas_hold(tmp_path: Path) -> None:
    async with opened(tmp_path) as bank:
        names = set(await bank.database.read(lambda conn: conn.table_names()))
        assert {"documents", "parts", "chunks", "vectors", "pending", "rekeyed", "folders", "entries", "facts"} <= names

        def pragma(name: str) -> object:
            return lambda conn: conn.execute(f"PRAGMA {name}").fetchone()[0]

        assert await bank.database.read(pragma("auto_vacuum")) == 2
        assert await bank.database.write(pragma("secure_delete")) == 1


async def test_a_document_takes_its_texts_with_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as bank:
        await bank.list("a")
        await bank.stage(["one", "two"])
        assert [await bank.count(table) for table in ("parts", "chunks", "pending")] == [1, 2, 2]
        await bank.database.write(lambda conn: conn.execute("delete from documents"))
        assert [await bank.count(table) for table in ("parts", "chunks", "pending")] == [0, 0, 0]


async def test_numbers_are_never_used_again(tmp_path: Path) -> None:
    async with opened(tmp_path) as bank:
        first = await bank.add("a", ["one"])
        await bank.chunks.remove([first])
        assert await bank.add("b", ["two"]) > first
        (chunk,) = await bank.chunks.live_after(0, 10)
        assert chunk.chunk.id == 2


async def test_pasted_texts_share_no_address(tmp_path: Path) -> None:
    async with opened(tmp_path) as bank:
        await bank.documents.put([new("a", uri=""), new("b", uri="")])
        assert (await bank.documents.stats()).documents == 2
        with pytest.raises(BugError, match="UNIQUE"):
            await bank.documents.put([new("a", uri="")])
