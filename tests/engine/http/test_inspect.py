"""Health and version."""

from __future__ import annotations

from app import __version__
from tests.fakes.serving import calling


async def test_health_and_version(engine) -> None:
    async with calling(engine) as client:
        assert (await client.get("/v1/health")).json() == {"status": "OK"}
        assert (await client.get("/v1/version")).json() == {"version": __version__}


async def test_health_needs_no_model_and_no_disk(engine) -> None:
    async def broken() -> None:
        raise OSError("no disk")

    engine.models.list = broken
    async with calling(engine) as client:
        assert (await client.get("/v1/health")).status_code == 200
