"""The safety service over the database of one test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.engine.storage.database import Database
from tests.fakes.safety_case import Case
from tests.fakes.stores import opened


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with opened(tmp_path) as database:
        yield database


@pytest.fixture
async def case(database: Database) -> Case:
    made = Case(database)
    await made.service.start()
    return made
