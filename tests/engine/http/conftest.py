"""What the tests of the endpoint share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.fakes.serving import ServedEngine, calling
from tests.fakes.serving_agents import ServedAgents, serving_agents


@pytest.fixture
def engine() -> ServedEngine:
    return ServedEngine()


@pytest.fixture
async def agents(tmp_path: Path) -> AsyncIterator[ServedAgents]:
    """An engine with the real service of agents."""
    async with serving_agents(tmp_path) as engine:
        yield engine


@pytest.fixture
async def client(agents: ServedAgents) -> AsyncIterator[httpx.AsyncClient]:
    """A client of that engine."""
    async with calling(agents) as client:
        yield client
