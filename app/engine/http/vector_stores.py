"""/v1/vector_stores: memory banks as other apps know them. Must not know how a bank is kept.

Banks of keys and values are no vector stores, and those of single chats are their own; lists leave both out.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from app.engine.domain.errors import InvalidRequest
from app.engine.domain.memory import Bank, BankChanges, BatchFile, SearchRequest
from app.engine.facade import Engine
from app.engine.http.paging import Cursor, Limit, Order, cut, page_body
from app.engine.http.vector_bodies import results_body, store_body
from app.engine.http.vector_ranking import joined, search_requests
from app.engine.http.vector_wire import SearchBody, StoreCreate, StoreUpdate, chunking_of

NAMELESS = "Vector store"


def router(engine: Engine) -> APIRouter:
    """Return the routes of one engine."""
    routes = APIRouter(tags=["vector stores"])

    @routes.post("/vector_stores", summary="Create a vector store")
    async def create_store(body: StoreCreate) -> dict[str, Any]:
        return store_body(await _create(engine, body))

    @routes.get("/vector_stores", summary="List vector stores")
    async def list_stores(
        limit: Limit = 20, order: Order = "desc", after: Cursor = None, before: Cursor = None
    ) -> dict[str, Any]:
        banks = [bank for bank in await engine.memory.banks() if bank.type != "keyvalue"]
        banks.sort(key=lambda bank: (bank.created_at, bank.id), reverse=order == "desc")
        some, has_more = cut(banks, lambda bank: bank.id, limit=limit, after=after, before=before)
        return page_body([store_body(bank) for bank in some], has_more=has_more)

    @routes.get("/vector_stores/{vector_store_id}", summary="Describe a vector store")
    async def get_store(vector_store_id: str) -> dict[str, Any]:
        return store_body(await engine.memory.bank(vector_store_id))

    @routes.post("/vector_stores/{vector_store_id}", summary="Change a vector store")
    async def update_store(vector_store_id: str, body: StoreUpdate) -> dict[str, Any]:
        days = body.expires_after.days if body.expires_after else None
        changes = BankChanges(name=body.name, metadata=body.metadata, expires_after_days=days)
        return store_body(await engine.memory.change_bank(vector_store_id, changes))

    @routes.delete("/vector_stores/{vector_store_id}", summary="Delete a vector store; its files stay")
    async def delete_store(vector_store_id: str) -> dict[str, Any]:
        bank = await engine.memory.bank(vector_store_id)
        await engine.memory.delete_bank(bank.id)
        return {"id": bank.id, "object": "vector_store.deleted", "deleted": True}

    @routes.post("/vector_stores/{vector_store_id}/search", summary="Find passages")
    async def search_store(vector_store_id: str, body: SearchBody) -> dict[str, Any]:
        bank = await engine.memory.bank(vector_store_id)
        requests: list[SearchRequest] = search_requests(body)
        found = [(await engine.memory.search((bank.id,), each)).hits for each in requests]
        return results_body([each.query for each in requests], joined(found, requests[0].limit))

    return routes


async def _create(engine: Engine, body: StoreCreate) -> Bank:
    file_ids = tuple(dict.fromkeys(body.file_ids or ()))
    for file_id in file_ids:
        await engine.files.get(file_id)
    model_id = body.embedding_model or ""
    if body.embedding_dimension is not None:
        model = await engine.embeddings.model(model_id)
        if model.dimension != body.embedding_dimension:
            raise InvalidRequest(
                f"“{model.id}” makes vectors of {model.dimension} numbers.", param="embedding_dimension"
            )
    metadata = dict(body.metadata or {})
    if body.provider_vector_store_id:
        metadata["provider_vector_store_id"] = body.provider_vector_store_id
    bank = await engine.memory.create_bank(
        (body.name or "").strip() or NAMELESS,
        embedding_model=model_id,
        chunking=chunking_of(body.chunking_strategy),
        description=body.description or "",
        metadata=metadata,
        expires_after_days=body.expires_after.days if body.expires_after else None,
    )
    if file_ids:
        await engine.file_batches.create(bank.id, tuple(BatchFile(file_id=each) for each in file_ids))
    return await engine.memory.bank(bank.id)
