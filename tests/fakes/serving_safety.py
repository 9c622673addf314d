"""The real safety service over a real database, with shields that find words."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from app.engine.domain.events import EngineEvent
from app.engine.domain.safety import PROMPT_GUARD
from app.engine.safety.categories import CATEGORIES
from app.engine.safety.named import NamedShields
from app.engine.safety.service import SafetyService
from app.engine.storage.safety import PolicyStore, ShieldStore, VerdictStore
from tests.fakes.shields import WordShield
from tests.fakes.stores import opened


@asynccontextmanager
async def word_safety(
    folder: Path, publish: Callable[[EngineEvent], None] = lambda _event: None
) -> AsyncIterator[tuple[SafetyService, WordShield]]:
    """Yield the service, and the guard that finds “dynamite”."""
    async with opened(folder) as database:
        guard = WordShield()
        other = WordShield(PROMPT_GUARD, word="ignore", category="injection")
        service = SafetyService(
            PolicyStore(database),
            VerdictStore(database),
            NamedShields(ShieldStore(database)),
            [guard, other],
            guard,
            CATEGORIES,
            publish,
        )
        await service.start()
        yield service, guard
