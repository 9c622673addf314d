"""GET /v1/health and /v1/version. Must stay answerable whatever the state of models and disk."""

from __future__ import annotations

from fastapi import APIRouter

from app import __version__


def router() -> APIRouter:
    """Return the routes."""
    routes = APIRouter(tags=["inspect"])

    @routes.get("/health", summary="Tell that the endpoint answers")
    async def health() -> dict[str, str]:
        return {"status": "OK"}

    @routes.get("/version", summary="Return the version of Paddock")
    async def version() -> dict[str, str]:
        return {"version": __version__}

    return routes
