"""The real safety service over a real database, with shields that find words."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from app.engine.safety.categories import CATEGORIES
from app.engine.safety.service import SafetyService
from tests.fakes.safety_case import Case
from tests.fakes.shields import WordShield
from tests.fakes.stores import opened


@asynccontextmanager
async def word_safety(folder: Path) -> AsyncIterator[tuple[SafetyService, WordShield]]:
    """Yield the service, and the guard that finds “dynamite”."""
    async with opened(folder) as database:
        case = Case(database, CATEGORIES)
        await case.service.start()
        yield case.service, case.guard
