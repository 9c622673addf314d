"""/v1/vector-io/insert and /query: passages that an app cut itself, put into and found in a memory bank.

Chunks of one document (`chunk_metadata.document_id`) become one document of the bank, each kept as one passage with its
text as it came; inserting more of the same document adds to it, and a chunk with a known id replaces the old one. The
bank's own model embeds them, whatever vectors come along; of a chunk longer than the model reads, the vector knows the
beginning only, the search by words knows all. An insert is answered when its chunks can be found.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from app.engine.domain.memory import Hit, ReadyChunk
from app.engine.facade import Engine
from app.engine.http.vector_io_wire import InsertBody, QueryBody, chunk_body, grouped, search_request


def router(engine: Engine) -> APIRouter:
    """Return the routes of one engine."""
    routes = APIRouter(tags=["vector io"])

    @routes.post("/vector-io/insert", summary="Insert passages")
    async def insert(body: InsertBody) -> None:
        bank = await engine.memory.bank(body.store)
        for document, chunks in grouped(body, bank).items():
            await engine.memory.add_chunks(bank.id, document, chunks)

    @routes.post("/vector-io/query", summary="Find passages")
    async def query(body: QueryBody) -> dict[str, Any]:
        bank = await engine.memory.bank(body.store)
        hits = (await engine.memory.search((bank.id,), search_request(body))).hits
        ready = await _ready(engine, hits)
        chunks = [chunk_body(hit, bank, ready.get((hit.document_id, hit.chunk.label))) for hit in hits]
        return {"chunks": chunks, "scores": [hit.score for hit in hits]}

    return routes


async def _ready(engine: Engine, hits: tuple[Hit, ...]) -> dict[tuple[str, str], ReadyChunk]:
    """Return the passages that apps cut, by document and id."""
    found: dict[tuple[str, str], ReadyChunk] = {}
    for bank_id, document_id in dict.fromkeys((hit.bank_id, hit.document_id) for hit in hits if hit.chunk.label):
        for chunk in await engine.memory.ready_chunks(bank_id, document_id):
            found[document_id, chunk.id] = chunk
    return found
