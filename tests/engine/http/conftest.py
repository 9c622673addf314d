"""What the tests of the endpoint share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.serving import ServedEngine
from tests.fakes.serving_agents import ServedAgents, serving_agents


@pytest.fixture
def engine() -> ServedEngine:
    return ServedEngine()


@pytest.fixture
async def agents(tmp_path: Path) -> AsyncIterator[ServedAgents]:
    """An engine whose agents are the real ones."""
    async with serving_agents(tmp_path) as served:
        yield served
