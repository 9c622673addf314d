"""Request shapes of vector-io, and its chunks from and to Llama Stack's JSON. Strict. Must not call anything."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Self

import msgspec
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from app.engine.domain.errors import InvalidRequest, UnsupportedParameter
from app.engine.domain.memory import Bank, Hit, ReadyChunk, SearchRequest
from app.engine.http.vector_filters import filter_of
from app.engine.http.vector_ranking import ranking
from app.engine.http.vector_wire import Mode, RankingOptions, Whole
from app.engine.http.wire import Strict, TextPart

MOST_CHUNKS = 10_000
LOOSE_CHUNKS = "chunks"

Vector = Annotated[list[Annotated[float, Field(allow_inf_nan=False)]], Field(max_length=65_536)]
Content = str | TextPart | Annotated[list[TextPart], Field(max_length=256)]
StoreId = Annotated[str, Field(min_length=1, max_length=256)]
Id = Annotated[str, Field(max_length=512)]


class ChunkMetadata(Strict):
    """What Llama Stack says of a chunk; ids and `source` are used, the rest is found out here."""

    chunk_id: Id | None = None
    document_id: Id | None = None
    source: Id | None = None
    created_timestamp: int | None = None
    updated_timestamp: int | None = None
    chunk_window: str | None = None
    chunk_tokenizer: str | None = None
    chunk_embedding_model: str | None = None
    chunk_embedding_dimension: int | None = None
    content_token_count: int | None = None
    metadata_token_count: int | None = None


class GivenChunk(Strict):
    """A passage. A vector is checked against the store's model, which embeds anew: vectors of two kinds do not mix."""

    content: Content
    chunk_id: Id | None = None
    stored_chunk_id: Id | None = None
    metadata: dict[str, Any] | None = None
    chunk_metadata: ChunkMetadata | None = None
    embedding: Vector | None = None
    embedding_model: str | None = None
    embedding_dimension: int | None = None


class WithStore(Whole):
    """Names a store, by its name of today or that of Llama Stack 0.2."""

    vector_store_id: StoreId | None = None
    vector_db_id: StoreId | None = None

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if (self.vector_store_id is None) == (self.vector_db_id is None):
            raise PydanticCustomError("either", "name a store by vector_store_id")
        return self

    @property
    def store(self) -> str:
        """The id of the store."""
        return self.vector_store_id or self.vector_db_id or ""


class InsertBody(WithStore):
    """The body of POST /v1/vector-io/insert."""

    chunks: Annotated[list[GivenChunk], Field(min_length=1, max_length=MOST_CHUNKS)]
    ttl_seconds: int | None = None


class QueryParams(Strict):
    """How to look: the names of several generations, each with one meaning."""

    max_chunks: Annotated[int, Field(ge=1, le=100)] | None = None
    k: Annotated[int, Field(ge=1, le=100)] | None = None
    mode: Mode | None = None
    search_mode: Mode | None = None
    score_threshold: Annotated[float, Field(ge=0, le=1)] | None = None
    ranker: Any = None
    ranking_options: dict[str, Any] | None = None
    filters: dict[str, Any] | None = None


class QueryBody(WithStore):
    """The body of POST /v1/vector-io/query."""

    query: Content
    params: QueryParams | None = None


def text_of(content: Content) -> str:
    """Return content as text; its parts are joined by line ends."""
    if isinstance(content, str):
        return content
    return content.text if isinstance(content, TextPart) else "\n".join(part.text for part in content)


def grouped(body: InsertBody, bank: Bank) -> dict[str, tuple[ReadyChunk, ...]]:
    """Return passages by the document they belong to; raises InvalidRequest, UnsupportedParameter.

    Chunks without a document are one document, and one without an id is known by its document and its text.
    """
    if body.ttl_seconds is not None:
        raise UnsupportedParameter("Chunks do not expire; leave out “ttl_seconds”.", param="ttl_seconds")
    found: dict[str, list[ReadyChunk]] = {}
    for number, given in enumerate(body.chunks):
        where = f"chunks.{number}"
        _check_vector(given, bank, where)
        text = text_of(given.content)
        if not text.strip():
            raise InvalidRequest("The chunk has no text.", param=f"{where}.content")
        metadata = given.metadata or {}
        about = given.chunk_metadata or ChunkMetadata()
        document = about.document_id or metadata.get("document_id") or about.source or LOOSE_CHUNKS
        if not isinstance(document, str) or not document.strip():
            raise InvalidRequest("A document's id is a text.", param=f"{where}.metadata.document_id")
        if not _can_be_kept(metadata):
            raise InvalidRequest("It holds a number or a depth that cannot be kept.", param=f"{where}.metadata")
        chunk_id = given.chunk_id or given.stored_chunk_id or about.chunk_id or _id_of(text)
        found.setdefault(document.strip(), []).append(ReadyChunk(id=chunk_id, text=text, metadata=metadata))
    return {document: tuple(chunks) for document, chunks in found.items()}


def _id_of(text: str) -> str:
    return f"chunk_{hashlib.blake2b(text.encode(), digest_size=12).hexdigest()}"


def _can_be_kept(metadata: dict[str, Any]) -> bool:
    try:
        msgspec.json.encode(metadata)
    except (OverflowError, RecursionError):
        return False
    return True


def _check_vector(given: GivenChunk, bank: Bank, where: str) -> None:
    if bank.embedding_model and given.embedding and len(given.embedding) != bank.embedding_dimension:
        raise InvalidRequest(
            f"The store's vectors have {bank.embedding_dimension} numbers.", param=f"{where}.embedding"
        )


def search_request(body: QueryBody) -> SearchRequest:
    """Return what is asked for; raises InvalidRequest."""
    params = body.params or QueryParams()
    options = _options(params)
    return SearchRequest(
        query=text_of(body.query),
        mode=params.mode or params.search_mode or "hybrid",
        limit=params.max_chunks or params.k or 5,
        filter=filter_of(params.filters, "params.filters"),
        **ranking(options, "params"),
    )


def _options(params: QueryParams) -> RankingOptions:
    given = dict(params.ranking_options or {})
    if params.ranker is not None:
        given["ranker"] = params.ranker
    if params.score_threshold is not None:
        given["score_threshold"] = params.score_threshold
    try:
        return RankingOptions.model_validate(given)
    except ValueError as error:
        raise InvalidRequest(f"The ranker cannot be used: {error}", param="params.ranker") from error


def chunk_body(hit: Hit, bank: Bank, ready: ReadyChunk | None) -> dict[str, Any]:
    """Return a hit as a chunk. Its vector stays in the index, so that list is empty."""
    document = hit.document_name if ready is not None else hit.file_id or hit.document_id
    chunk_id = ready.id if ready is not None else str(hit.chunk.id)
    metadata = dict(ready.metadata) if ready is not None else dict(hit.attributes)
    return {
        "chunk_id": chunk_id,
        "content": hit.chunk.text,
        "metadata": {"document_id": document, **metadata},
        "chunk_metadata": {
            "chunk_id": chunk_id,
            "document_id": document,
            "source": hit.document_name,
            "content_token_count": hit.chunk.tokens,
        },
        "embedding": [],
        "embedding_model": bank.embedding_model,
        "embedding_dimension": bank.embedding_dimension,
    }
