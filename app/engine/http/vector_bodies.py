"""Answers about vector stores: OpenAI's shapes with the fields Llama Stack's clients read beside them. Pure."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from app.engine.domain.memory import Bank, Chunk, Chunking, Document, DocumentState, FileBatch, Hit
from app.engine.http.vector_wire import Status

_STATUS: dict[DocumentState, Status] = {"ready": "completed", "failed": "failed", "cancelled": "cancelled"}
STATES: dict[Status, tuple[DocumentState, ...]] = {
    "in_progress": ("waiting", "parsing", "embedding", "indexing", "paused"),
    "completed": ("ready",),
    "failed": ("failed",),
    "cancelled": ("cancelled",),
}
# What the file itself is to blame for; everything else is the server's.
_UNSUPPORTED = ("document_unsupported", "document_needs_ocr", "document_encrypted")


def store_body(bank: Bank) -> dict[str, Any]:
    """Return a bank as a vector store."""
    stats = bank.stats
    working = stats.documents - stats.ready - stats.failed - stats.cancelled
    active = max(bank.used_at, bank.created_at)
    days = bank.expires_after_days
    expires_at = None if days is None else int(active) + days * 86_400
    status = "in_progress" if working else "completed"
    if expires_at is not None and expires_at <= time.time():
        status = "expired"
    return {
        "id": bank.id,
        "object": "vector_store",
        "created_at": int(bank.created_at),
        "name": bank.name,
        "description": bank.description,
        "usage_bytes": stats.size_bytes,
        "file_counts": {
            "in_progress": working,
            "completed": stats.ready,
            "failed": stats.failed,
            "cancelled": stats.cancelled,
            "total": stats.documents,
        },
        "status": status,
        "expires_after": None if days is None else {"anchor": "last_active_at", "days": days},
        "expires_at": expires_at,
        "last_active_at": int(active),
        "metadata": bank.metadata,
        "provider_id": "paddock",
        "embedding_model": bank.embedding_model,
        "embedding_dimension": bank.embedding_dimension,
    }


def status_of(state: DocumentState) -> Status:
    """Return a document's state in OpenAI's four words."""
    return _STATUS.get(state, "in_progress")


def file_id_of(document: Document) -> str:
    """Return the id apps know a document by: that of the stored file it was made from, else its own."""
    return document.file_id or document.id


def file_body(document: Document, bank: Bank) -> dict[str, Any]:
    """Return a document as a file of a vector store."""
    error = None
    if document.failure is not None:
        words = f"{document.failure.message} {document.failure.hint}".strip()
        error = {"code": error_code(document.failure.code), "message": words}
    return {
        "id": file_id_of(document),
        "object": "vector_store.file",
        "created_at": int(document.created_at),
        "vector_store_id": bank.id,
        "status": status_of(document.state),
        "last_error": error,
        "usage_bytes": document.size_bytes,
        "attributes": document.attributes,
        "chunking_strategy": chunking_body(document.chunking or bank.chunking),
        "filename": document.name,
    }


def error_code(code: str) -> str:
    """Return which of OpenAI's three words says why a document failed."""
    if code in _UNSUPPORTED:
        return "unsupported_file"
    return "invalid_file" if code.startswith("document") else "server_error"


def chunking_body(chunking: Chunking) -> dict[str, Any]:
    """Return sizes as the strategy that leads to them."""
    sizes = {"max_chunk_size_tokens": chunking.max_tokens, "chunk_overlap_tokens": chunking.overlap_tokens}
    return {"type": "static", "static": sizes}


def batch_body(batch: FileBatch) -> dict[str, Any]:
    """Return a batch with its counts. Files that left the store since are not counted."""
    states = [status_of(document.state) for document in batch.documents]
    counts: dict[str, int] = {name: states.count(name) for name in STATES}
    status: Status = "completed"
    if batch.cancelled:
        status = "cancelled"
    elif counts["in_progress"]:
        status = "in_progress"
    elif states and counts["failed"] == len(states):
        status = "failed"
    return {
        "id": batch.id,
        "object": "vector_store.files_batch",
        "created_at": int(batch.created_at),
        "vector_store_id": batch.bank_id,
        "status": status,
        "file_counts": {**counts, "total": len(states)},
    }


def text_body(chunk: Chunk, source: str, chunk_id: str = "") -> dict[str, Any]:
    """Return a passage as content, with what Llama Stack's clients read of it."""
    return {
        "type": "text",
        "text": chunk.text,
        "chunk_metadata": {
            "chunk_id": chunk_id or str(chunk.id),
            "document_id": chunk.document_id,
            "source": source,
            "content_token_count": chunk.tokens,
        },
    }


def results_body(queries: list[str], hits: Sequence[Hit]) -> dict[str, Any]:
    """Return hits as a page of search results."""
    return {
        "object": "vector_store.search_results.page",
        "search_query": queries,
        "data": [
            {
                "file_id": hit.file_id or hit.document_id,
                "filename": hit.document_name,
                "score": hit.score,
                "attributes": hit.attributes,
                "content": [text_body(hit.chunk, hit.document_name)],
            }
            for hit in hits
        ],
        "has_more": False,
        "next_page": None,
    }
