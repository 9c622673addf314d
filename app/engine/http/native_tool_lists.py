"""GET /v1/tools as clients of Llama Stack 0.2 ask for it when they make an agent. Must not run a tool.

The built-in groups search memory banks, which Paddock does by itself before an answer: no group has a function that a
client would have to call.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from app.engine.domain.errors import NotFound
from app.engine.http.native_tools import SEARCHES


def router() -> APIRouter:
    """Return the routes; they are the same for every engine."""
    routes = APIRouter(tags=["agents"])

    @routes.get("/tools", summary="List the functions of a tool group")
    async def list_tools(toolgroup_id: str | None = None) -> dict[str, Any]:
        if toolgroup_id is not None and toolgroup_id.split("/")[0] not in SEARCHES:
            known = ", ".join(f"“{name}”" for name in SEARCHES)
            raise NotFound(
                f"There is no tool group “{toolgroup_id}”.", hint=f"There are {known}.", param="toolgroup_id"
            )
        return {"data": []}

    return routes
