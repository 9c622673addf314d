"""The routes of the whole application."""

from __future__ import annotations

import re

from app.engine.http.application import OLD_OPENAI_PREFIX, create_api
from tests.fakes.serving import calling, open_access


async def test_the_description_names_each_route_once(engine) -> None:
    async with calling(engine) as client:
        described = (await client.get("/openapi.json")).json()
    assert described["info"]["title"] == "Paddock"
    assert set(described["paths"]) == {
        "/v1/health",
        "/v1/tools",
        "/v1/version",
        "/v1/models",
        "/v1/models/{model_id}",
        "/v1/chat/completions",
        "/v1/responses",
        "/v1/responses/{response_id}",
        "/v1/responses/{response_id}/cancel",
        "/v1/responses/{response_id}/input_items",
        "/v1/conversations",
        "/v1/conversations/{conversation_id}",
        "/v1/conversations/{conversation_id}/items",
        "/v1/conversations/{conversation_id}/items/{item_id}",
        "/v1/completions",
        "/v1/embeddings",
        "/v1alpha/inference/rerank",
        "/v1/files",
        "/v1/files/{file_id}",
        "/v1/files/{file_id}/content",
        "/v1/vector_stores",
        "/v1/vector_stores/{vector_store_id}",
        "/v1/vector_stores/{vector_store_id}/search",
        "/v1/vector_stores/{vector_store_id}/files",
        "/v1/vector_stores/{vector_store_id}/files/{file_id}",
        "/v1/vector_stores/{vector_store_id}/files/{file_id}/content",
        "/v1/vector_stores/{vector_store_id}/file_batches",
        "/v1/vector_stores/{vector_store_id}/file_batches/{batch_id}",
        "/v1/vector_stores/{vector_store_id}/file_batches/{batch_id}/cancel",
        "/v1/vector_stores/{vector_store_id}/file_batches/{batch_id}/files",
        "/v1/vector-io/insert",
        "/v1/vector-io/query",
        "/v1/moderations",
        "/v1/safety/run-shield",
        "/v1/shields",
        "/v1/shields/{shield_id}",
        "/v1/agents",
        "/v1/agents/{agent_id}",
        "/v1/agents/{agent_id}/session",
        "/v1/agents/{agent_id}/sessions",
        "/v1/agents/{agent_id}/session/{session_id}",
        "/v1/agents/{agent_id}/session/{session_id}/turn",
        "/v1/agents/{agent_id}/session/{session_id}/turn/{turn_id}",
        "/v1/agents/{agent_id}/session/{session_id}/turn/{turn_id}/resume",
        "/v1/agents/{agent_id}/session/{session_id}/turn/{turn_id}/step/{step_id}",
    }


async def test_the_routes_of_older_clients_are_answered(engine) -> None:
    async with calling(engine) as client:
        for path in ("models", "files", "vector_stores"):
            new, old = [(await client.get(f"{prefix}/{path}")).json() for prefix in ("/v1", OLD_OPENAI_PREFIX)]
            assert new == old and new["object"] == "list"


async def test_the_page_needs_no_network(engine) -> None:
    async with calling(engine) as client:
        page = (await client.get("/docs")).text
        sources = re.findall(r'(?:src|href)="([^"]+)"', page)
        assert sources and all(source.startswith("/") for source in sources)
        for source in sources:
            assert (await client.get(source)).status_code == 200


async def test_guards_stand_before_the_routes(engine) -> None:
    async with calling(engine, open_access(key=lambda: "key")) as client:
        assert (await client.get("/v1/models")).status_code == 401
    assert create_api(engine).title == "Paddock"
