"""Builds the ASGI application of one engine: routes, error table, guards. Must not start a server."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline
from starlette.types import ASGIApp

from app import __version__
from app.engine.facade import Engine
from app.engine.http import (
    conversations,
    embeddings,
    errors,
    file_batches,
    files,
    inference,
    inspect,
    models,
    moderations,
    native_agents,
    native_answers,
    native_sessions,
    native_tool_lists,
    rerank,
    responses,
    shields,
    vector_io,
    vector_store_files,
    vector_stores,
)
from app.engine.http.access import Access
from app.engine.http.guards import Guards

# Clients of Llama Stack 0.2 put OpenAI's routes under this prefix.
OLD_OPENAI_PREFIX = "/v1/openai/v1"

OPENAI = (
    models,
    inference,
    responses,
    conversations,
    embeddings,
    moderations,
    files,
    vector_stores,
    vector_store_files,
    file_batches,
)


def create_api(engine: Engine) -> FastAPI:
    """Return the API without guards; its pages need no network."""
    api = FastAPIOffline(
        title="Paddock",
        version=__version__,
        summary="Local Llama models behind the Llama Stack and OpenAI routes",
    )
    errors.install(api)
    api.include_router(inspect.router(), prefix="/v1")
    api.include_router(rerank.router(engine), prefix="/v1alpha")
    api.include_router(vector_io.router(engine), prefix="/v1")
    api.include_router(shields.router(engine), prefix="/v1")
    api.include_router(native_agents.router(engine), prefix="/v1")
    api.include_router(native_agents.router(engine), prefix="/v1alpha", include_in_schema=False)
    api.include_router(native_tool_lists.router(), prefix="/v1")
    for classic in (native_sessions, native_answers):
        api.include_router(classic.router(engine), prefix="/v1")
        api.include_router(classic.router(engine, "0.3"), prefix="/v1alpha", include_in_schema=False)
    for module in OPENAI:
        router = module.router(engine)
        api.include_router(router, prefix="/v1")
        api.include_router(router, prefix=OLD_OPENAI_PREFIX, include_in_schema=False)
    return api


def create_application(engine: Engine, access: Access) -> ASGIApp:
    """Return the guarded application."""
    return Guards(create_api(engine), access)
