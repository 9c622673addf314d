"""A bank with something staged, and where its index goes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.engine.storage.lance.wire import Place
from tests.fakes.bank import DIMENSION, FakeBank, opened


@pytest.fixture
async def bank(tmp_path: Path) -> AsyncIterator[FakeBank]:
    async with opened(tmp_path) as made:
        yield made


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(uri=str(tmp_path / "index"), table="chunks_1", dimension=DIMENSION)
