"""/v1/vector_stores/{id}/file_batches: stored files that are added together. Must not know how one is read."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from app.engine.domain.memory import BatchFile
from app.engine.facade import Engine
from app.engine.http.paging import Cursor, Limit, Order, cut, page_body
from app.engine.http.vector_bodies import batch_body, file_body, file_id_of, status_of
from app.engine.http.vector_wire import FileBatchCreate, Status, attributes_of, chunking_of


def router(engine: Engine) -> APIRouter:
    """Return the routes of one engine."""
    routes = APIRouter(prefix="/vector_stores/{vector_store_id}/file_batches", tags=["vector stores"])

    @routes.post("", summary="Add stored files together")
    async def create_batch(vector_store_id: str, body: FileBatchCreate) -> dict[str, Any]:
        files = tuple(
            BatchFile(
                file_id=each.file_id,
                attributes=attributes_of(each.attributes),
                chunking=chunking_of(each.chunking_strategy),
            )
            for each in body.wanted()
        )
        return batch_body(await engine.file_batches.create(vector_store_id, files))

    @routes.get("/{batch_id}", summary="Describe a batch")
    async def get_batch(vector_store_id: str, batch_id: str) -> dict[str, Any]:
        return batch_body(await engine.file_batches.get(vector_store_id, batch_id))

    @routes.post("/{batch_id}/cancel", summary="Stop the files of a batch that are not ready")
    async def cancel_batch(vector_store_id: str, batch_id: str) -> dict[str, Any]:
        return batch_body(await engine.file_batches.cancel(vector_store_id, batch_id))

    @routes.get("/{batch_id}/files", summary="List the files of a batch")
    async def list_batch_files(
        vector_store_id: str,
        batch_id: str,
        limit: Limit = 20,
        order: Order = "desc",
        after: Cursor = None,
        before: Cursor = None,
        filter: Status | None = None,  # OpenAI's name
    ) -> dict[str, Any]:
        bank = await engine.memory.bank(vector_store_id)
        batch = await engine.file_batches.get(bank.id, batch_id)
        documents = [each for each in batch.documents if filter is None or status_of(each.state) == filter]
        ordered = documents if order == "asc" else documents[::-1]
        some, has_more = cut(ordered, file_id_of, limit=limit, after=after, before=before)
        return page_body([file_body(each, bank) for each in some], has_more=has_more)

    return routes
