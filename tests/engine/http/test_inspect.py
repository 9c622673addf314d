"""Health and version answer whatever else is broken."""

from __future__ import annotations

from app import __version__
from tests.fakes.http import OneEngine, client


async def test_health_and_version() -> None:
    engine = OneEngine()
    engine.models = None  # type: ignore[assignment]
    async with client(engine) as caller:
        assert (await caller.get("/v1/health")).json() == {"status": "OK"}
        assert (await caller.get("/v1/version")).json() == {"version": __version__}
