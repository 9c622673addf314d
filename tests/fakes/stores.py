"""The engine's database with all its tables, in a folder of one test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from app.engine.storage import models, safety, sessions, spans
from app.engine.storage.database import Database

MIGRATIONS = (*models.MIGRATIONS, *sessions.MIGRATIONS, *spans.MIGRATIONS, *safety.MIGRATIONS)


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Database]:
    """Open the database of a folder for the length of a block."""
    database = Database(folder / "paddock.db", MIGRATIONS)
    await database.open()
    try:
        yield database
    finally:
        await database.close()
