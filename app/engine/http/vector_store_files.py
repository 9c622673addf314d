"""/v1/vector_stores/{id}/files: the documents of a memory bank. Must not know how one is read.

A document goes by the id of the stored file it was made from; one that came otherwise (the window, the terminal) goes
by its own.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from app.engine.domain.errors import UnsupportedParameter
from app.engine.facade import Engine
from app.engine.http.paging import Cursor, Limit, Order, page_body
from app.engine.http.vector_bodies import STATES, file_body, text_body
from app.engine.http.vector_wire import Status, StoreFileCreate, StoreFileUpdate, attributes_of, chunking_of

_STEP = 500


def router(engine: Engine) -> APIRouter:
    """Return the routes of one engine."""
    routes = APIRouter(prefix="/vector_stores/{vector_store_id}/files", tags=["vector stores"])

    @routes.post("", summary="Add a stored file")
    async def create_store_file(vector_store_id: str, body: StoreFileCreate) -> dict[str, Any]:
        bank = await engine.memory.bank(vector_store_id)
        document = await engine.memory.add_file(
            bank.id,
            body.file_id,
            attributes=attributes_of(body.attributes),
            chunking=chunking_of(body.chunking_strategy),
        )
        return file_body(document, bank)

    @routes.get("", summary="List the files of a vector store")
    async def list_store_files(
        vector_store_id: str,
        limit: Limit = 20,
        order: Order = "desc",
        after: Cursor = None,
        before: Cursor = None,
        filter: Status | None = None,  # OpenAI's name
    ) -> dict[str, Any]:
        bank = await engine.memory.bank(vector_store_id)
        page = await engine.memory.documents(
            bank.id,
            after=after,
            before=before,
            limit=limit,
            newest_first=order == "desc",
            states=STATES[filter] if filter else (),
        )
        return page_body([file_body(each, bank) for each in page.documents], has_more=page.has_more)

    @routes.get("/{file_id}", summary="Describe a file of a vector store")
    async def get_store_file(vector_store_id: str, file_id: str) -> dict[str, Any]:
        bank = await engine.memory.bank(vector_store_id)
        return file_body(await engine.memory.document(bank.id, file_id), bank)

    @routes.post("/{file_id}", summary="Replace the attributes of a file")
    async def update_store_file(vector_store_id: str, file_id: str, body: StoreFileUpdate) -> dict[str, Any]:
        bank = await engine.memory.bank(vector_store_id)
        return file_body(await engine.memory.set_attributes(bank.id, file_id, attributes_of(body.attributes)), bank)

    @routes.delete("/{file_id}", summary="Take a file out of a vector store; the stored file stays")
    async def delete_store_file(vector_store_id: str, file_id: str) -> dict[str, Any]:
        bank = await engine.memory.bank(vector_store_id)
        document = await engine.memory.document(bank.id, file_id)
        await engine.memory.remove_documents(bank.id, (document.id,))
        return {"id": file_id, "object": "vector_store.file.deleted", "deleted": True}

    @routes.get("/{file_id}/content", summary="Return the passages of a file")
    async def store_file_content(
        vector_store_id: str, file_id: str, include_metadata: bool = False, include_embeddings: bool = False
    ) -> dict[str, Any]:
        if include_embeddings:
            raise UnsupportedParameter(
                "Vectors are not handed out; ask for “/v1/embeddings”.", param="include_embeddings"
            )
        return await _content(engine, vector_store_id, file_id, with_metadata=include_metadata)

    return routes


async def _content(engine: Engine, bank_id: str, file_id: str, *, with_metadata: bool) -> dict[str, Any]:
    """Return all passages on one page, as both kinds of clients read it."""
    bank = await engine.memory.bank(bank_id)
    document = await engine.memory.document(bank.id, file_id)
    data: list[dict[str, Any]] = []
    after: int | None = None
    while chunks := await engine.memory.chunks(bank.id, document.id, after=after, limit=_STEP):
        data += [text_body(chunk, document.name) for chunk in chunks]
        after = chunks[-1].id
        if len(chunks) < _STEP:
            break
    if not with_metadata:
        data = [{"type": each["type"], "text": each["text"]} for each in data]
    return {"object": "vector_store.file_content.page", "data": data, "has_more": False, "next_page": None}
