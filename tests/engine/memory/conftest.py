"""The index process of all tests of memory, and an engine over it for each of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from app.engine.storage.lance.client import IndexClient
from app.engine.storage.lance.wire import Place
from tests.fakes.memory_engine import Engine, running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def index(tmp_path_factory) -> AsyncIterator[IndexClient]:  # type: ignore[no-untyped-def]
    """The index process, started before any test looks at what it leaves behind."""
    client = IndexClient()
    await client.tend(Place(uri=str(tmp_path_factory.mktemp("index")), table="none"))
    yield client
    await client.close()


@pytest_asyncio.fixture(loop_scope="session")
async def engine(tmp_path: Path, index: IndexClient) -> AsyncIterator[Engine]:
    """Banks in a folder of this test."""
    async with running(tmp_path, index) as made:
        yield made
