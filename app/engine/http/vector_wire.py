"""Request shapes of vector stores, strict: OpenAI's fields and those Llama Stack's clients add. Must not call anything.

`provider_id` names an index other servers have; here it is always the built-in one, under any of those names. What is
null counts as left out.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from app.engine.domain.memory import Attributes, Chunking
from app.engine.http.wire import Strict

MOST_FILES = 2000
MOST_PAIRS = 16
Name = Annotated[str, Field(max_length=256)]
FileId = Annotated[str, Field(min_length=1, max_length=128)]
Key = Annotated[str, Field(min_length=1, max_length=64)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Value = Annotated[str, Field(max_length=512)] | bool | Annotated[int, Field(ge=-(2**53), le=2**53)] | Number
Pairs = Annotated[dict[Key, Value], Field(max_length=MOST_PAIRS)]
Provider = Literal["paddock", "lancedb", "faiss", "sqlite-vec", "sqlite_vec", "milvus", "inline::faiss",
                   "inline::sqlite-vec", "inline::milvus"]  # fmt: skip
Status = Literal["in_progress", "completed", "failed", "cancelled"]


class Whole(Strict):
    """A body whose texts are whole Unicode: JSON can hold halves of surrogate pairs, which no disk takes."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        try:
            json.dumps(self.model_dump(mode="python"), ensure_ascii=False, default=str).encode()
        except UnicodeEncodeError as error:
            raise PydanticCustomError("not_unicode", "texts must be whole Unicode") from error
        return self


class AutoChunking(Strict):
    """Sizes as the store has them."""

    type: Literal["auto"]


class ChunkSizes(Strict):
    """Sizes in tokens of the store's embedding model; what it cannot read of one text is not used."""

    max_chunk_size_tokens: Annotated[int, Field(ge=16, le=4096)] = 800
    chunk_overlap_tokens: Annotated[int, Field(ge=0, le=2048)] = 400

    @model_validator(mode="after")
    def _overlap_is_at_most_half(self) -> Self:
        if self.chunk_overlap_tokens > self.max_chunk_size_tokens // 2:
            raise PydanticCustomError("overlap", "chunks overlap by at most half of their size")
        return self


class StaticChunking(Strict):
    """Sizes of one's own."""

    type: Literal["static"]
    static: ChunkSizes


Strategy = Annotated[AutoChunking | StaticChunking, Field(discriminator="type")]


def chunking_of(strategy: AutoChunking | StaticChunking | None) -> Chunking | None:
    """Return the sizes a strategy asks for, None for those of the store."""
    if not isinstance(strategy, StaticChunking):
        return None
    sizes = strategy.static
    return Chunking(max_tokens=sizes.max_chunk_size_tokens, overlap_tokens=sizes.chunk_overlap_tokens)


class ExpiresAfter(Strict):
    """Days without use after which a store goes."""

    anchor: Literal["last_active_at"]
    days: Annotated[int, Field(ge=1, le=365)]


def _metadata(given: Any) -> Any:
    """Return texts: other values, which Llama Stack's clients may send, become their JSON."""
    if not isinstance(given, dict):
        return given
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in given.items()}


Metadata = Annotated[dict[Key, Annotated[str, Field(max_length=512)]], Field(max_length=MOST_PAIRS)]


class StoreUpdate(Whole):
    """The body of POST /v1/vector_stores/{id}."""

    name: Name | None = None
    metadata: Metadata | None = None
    expires_after: ExpiresAfter | None = None

    as_text = field_validator("metadata", mode="before")(_metadata)


class StoreCreate(StoreUpdate):
    """The body of POST /v1/vector_stores."""

    description: Annotated[str, Field(max_length=4096)] | None = None
    file_ids: Annotated[list[FileId], Field(max_length=MOST_FILES)] | None = None
    chunking_strategy: Strategy | None = None
    provider_id: Provider | None = None
    provider_vector_store_id: Annotated[str, Field(max_length=512)] | None = None
    embedding_model: Annotated[str, Field(max_length=512)] | None = None
    embedding_dimension: Annotated[int, Field(ge=1, le=65_536)] | None = None


class StoreFileCreate(Whole):
    """The body of POST /v1/vector_stores/{id}/files, and one of a batch's files."""

    file_id: FileId
    attributes: Pairs | None = None
    chunking_strategy: Strategy | None = None


class StoreFileUpdate(Whole):
    """The body of POST /v1/vector_stores/{id}/files/{file_id}."""

    attributes: Pairs | None


class FileBatchCreate(Whole):
    """The body of POST /v1/vector_stores/{id}/file_batches: ids with common settings, or files with their own."""

    file_ids: Annotated[list[FileId], Field(max_length=MOST_FILES)] | None = None
    files: Annotated[list[StoreFileCreate], Field(max_length=MOST_FILES)] | None = None
    attributes: Pairs | None = None
    chunking_strategy: Strategy | None = None

    @model_validator(mode="after")
    def _either(self) -> Self:
        if bool(self.file_ids) == bool(self.files):
            raise PydanticCustomError("either", "give file_ids or files, one of them")
        if self.files and (self.attributes or self.chunking_strategy):
            raise PydanticCustomError("either", "with files, each has its own attributes and chunking_strategy")
        return self

    def wanted(self) -> list[StoreFileCreate]:
        """Return the files with their settings."""
        common = {"attributes": self.attributes, "chunking_strategy": self.chunking_strategy}
        return self.files or [StoreFileCreate(file_id=each, **common) for each in self.file_ids or ()]  # type: ignore[arg-type]


class Ranker(Strict):
    """A ranker as an object: its parameters beside the type, or below `params`."""

    type: str
    params: dict[str, float | str] | None = None
    alpha: float | None = None
    impact_factor: float | None = None
    model: str | None = None


class HybridWeights(Strict):
    """OpenAI's weights of both legs."""

    embedding_weight: Annotated[float, Field(ge=0, le=1)]
    text_weight: Annotated[float, Field(ge=0, le=1)]


class LegWeights(Strict):
    """Llama Stack's weights of both legs."""

    vector: Annotated[float, Field(ge=0, le=1)] | None = None
    keyword: Annotated[float, Field(ge=0, le=1)] | None = None


class RankingOptions(Strict):
    """How the legs are joined, and what is good enough."""

    ranker: str | Ranker | None = None
    score_threshold: Annotated[float, Field(ge=0, le=1)] | None = None
    weights: LegWeights | None = None
    hybrid_search: HybridWeights | None = None
    alpha: float | None = None
    impact_factor: float | None = None
    model: str | None = None


Mode = Literal["vector", "keyword", "hybrid"]
Text = Annotated[str, Field(min_length=1, max_length=65_536)]


class SearchBody(Whole):
    """The body of POST /v1/vector_stores/{id}/search. Queries are looked for one by one, their hits joined."""

    query: Text | Annotated[list[Text], Field(min_length=1, max_length=16)]
    filters: dict[str, Any] | None = None
    max_num_results: Annotated[int, Field(ge=1, le=50)] | None = None
    ranking_options: RankingOptions | None = None
    rewrite_query: bool | None = None
    search_mode: Mode | None = None


def attributes_of(pairs: dict[str, Any] | None) -> Attributes:
    """Return pairs as a document's attributes."""
    return dict(pairs or {})
