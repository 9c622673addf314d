"""An engine for HTTP tests with the real service of agents over a real database; its model says what a test decides."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from app.engine.agents.retrieval import Retrieval
from app.engine.agents.shielding import Shielding
from app.engine.domain.models import Model
from app.engine.safety.categories import CATEGORIES
from tests.fakes.agent_case import AgentCase
from tests.fakes.models import STARTER
from tests.fakes.safety_case import Case as SafetyCase
from tests.fakes.serving import ServedEngine
from tests.fakes.stores import opened
from tests.fakes.turn_memory import FakeTurnMemory


class ServedAgents(ServedEngine):
    """`case.model` is the chat model, `guard` a Llama Guard that finds “dynamite”, `turn_memory` what banks hold."""

    def __init__(self, case: AgentCase, safety: SafetyCase, turn_memory: FakeTurnMemory) -> None:
        super().__init__()
        self.case = case
        self.guard = safety.guard
        self.turn_memory = turn_memory
        self.safety = safety.service  # type: ignore[assignment]
        self.agents = case.service  # type: ignore[assignment]


@asynccontextmanager
async def serving_agents(folder: Path) -> AsyncIterator[ServedAgents]:
    """Yield the engine; its only model is `STARTER`, which is the default one."""
    async with opened(folder) as database:
        safety = SafetyCase(database, CATEGORIES)
        await safety.service.start()
        memory = FakeTurnMemory()
        case = AgentCase(database)
        case.default = Model(id=STARTER.id, name=STARTER.name)
        case.known = (STARTER.id,)
        case.join(Retrieval(memory), Shielding(safety.service))
        try:
            yield ServedAgents(case, safety, memory)
        finally:
            await case.service.close()
