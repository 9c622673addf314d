"""Words of embeddings and reranking, and the Embedder port. No I/O.

Vectors travel as bytes: little-endian float32, `dimension` numbers each, one after the other, each of length 1.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Literal, Protocol

from msgspec import Struct

from app.engine.domain.inference import Health, Usage

TextKind = Literal["document", "query"]
Backend = Literal["onnx", "sentence-transformers", "llama-cpp"]


class EmbeddingModel(Struct, frozen=True, kw_only=True):
    """A model that embeds (`kind` "embedding"), reranks ("rerank") or classifies. `backend` runs it here, and why.

    `sha256` identifies weights and pooling: vectors of models with the same hash may be compared. `max_tokens` is what
    it reads of one text. `languages` are ISO 639-1 codes, ("*",) for many. `tokenizer` is the path of its
    tokenizer.json, empty where there is none. `measured` holds passages per second by backend. `labels` are those of
    a classifier, in the order of its probabilities.
    """

    id: str
    name: str
    kind: Literal["embedding", "rerank", "classifier"] = "embedding"
    dimension: int = 0
    max_tokens: int = 256
    sha256: str = ""
    size_bytes: int = 0
    languages: tuple[str, ...] = ()
    licence: str = ""
    source: Literal["builtin", "folder", "hub", "gguf"] = "builtin"
    path: str = ""
    tokenizer: str = ""
    installed: bool = True
    repo: str = ""
    backend: Backend = "onnx"
    backend_reason: str = ""
    measured: dict[str, float] = {}
    query_prefix: str = ""
    document_prefix: str = ""
    labels: tuple[str, ...] = ()


class Vectors(Struct, frozen=True):
    """Embeddings of texts, in their order."""

    dimension: int
    data: bytes
    usage: Usage = Usage()

    def __len__(self) -> int:
        """Return how many vectors there are."""
        return len(self.data) // (4 * self.dimension) if self.dimension else 0

    def rows(self) -> list[tuple[float, ...]]:
        """Return the numbers, a tuple a vector."""
        return list(struct.iter_unpack(f"<{self.dimension}f", self.data)) if self.dimension else []


class Ranked(Struct, frozen=True):
    """A text's place in a reranking: its index in what was given, and its score from 0 to 1."""

    index: int
    score: float


class Embedder(Protocol):
    """A loaded embedding model. All verbs raise `PaddockError`s only."""

    @property
    def model(self) -> EmbeddingModel:
        """What it is."""
        ...

    async def initialize(self) -> None:
        """Make it ready; raises ModelLoadFailed."""
        ...

    async def shutdown(self) -> None:
        """Free everything."""
        ...

    async def health(self) -> Health:
        """Say whether it can answer."""
        ...

    async def embed(self, texts: Sequence[str], kind: TextKind = "document") -> Vectors:
        """Return one vector a text. Queries overtake documents. Texts over the limit are cut at `max_tokens`."""
        ...
