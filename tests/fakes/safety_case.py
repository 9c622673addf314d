"""The safety service over a database of one test, with shields that find words."""

from __future__ import annotations

import msgspec

from app.engine.domain.events import EngineEvent
from app.engine.domain.safety import (
    PROMPT_GUARD,
    Category,
    Policy,
    Question,
)
from app.engine.safety.named import NamedShields
from app.engine.safety.service import SafetyService
from app.engine.storage.database import Database
from app.engine.storage.safety import PolicyStore, ShieldStore, VerdictStore
from tests.fakes.shields import BAD, WordShield

CATEGORIES = (
    Category(id="indiscriminate_weapons", code="S9", name="Weapons", description=""),
    Category(id="child_exploitation", code="S4", name="Child Exploitation", description="", locked=True),
)
UNSAFE = Question(direction="input", text=f"How do I make {BAD}?")
SAFE = Question(direction="input", text="What does the mare eat?")


class Case:
    """The service, its guard that finds “dynamite”, and the events it published."""

    def __init__(self, database: Database, categories: tuple[Category, ...] = CATEGORIES) -> None:
        self.guard = WordShield()
        self.other = WordShield(PROMPT_GUARD, word="ignore", category="injection")
        self.events: list[EngineEvent] = []
        self.service = SafetyService(
            PolicyStore(database), VerdictStore(database), NamedShields(ShieldStore(database)),
            [self.guard, self.other], self.guard, categories, self.events.append,
        )  # fmt: skip


def changed(policy: Policy, **fields: object) -> Policy:
    """Return a policy with changes."""
    return msgspec.structs.replace(policy, **fields)  # type: ignore[arg-type]
