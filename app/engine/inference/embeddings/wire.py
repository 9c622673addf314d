"""What the engine asks of the embedder process. Values only."""

from __future__ import annotations

from msgspec import Struct


class LoadModel(Struct, frozen=True, kw_only=True):
    """Load a model by one backend; `cache` is where exports are kept. `threads` 0 lets the process choose."""

    model_id: str
    path: str
    backend: str
    cache: str = ""
    exact: bool = False
    threads: int = 0


class Loaded(Struct, frozen=True, kw_only=True):
    """The model is ready."""

    dimension: int
    max_tokens: int
    version: str = ""


class Embed(Struct, frozen=True, kw_only=True):
    """Embed texts with a loaded model."""

    model_id: str
    texts: tuple[str, ...]


class Embedded(Struct, frozen=True, kw_only=True):
    """Vectors as float32, little-endian, and the tokens that were read."""

    dimension: int
    data: bytes
    tokens: int


class RerankPairs(Struct, frozen=True, kw_only=True):
    """Score texts against a query with a loaded cross-encoder."""

    model_id: str
    query: str
    texts: tuple[str, ...]


class Scores(Struct, frozen=True, kw_only=True):
    """A score from 0 to 1 for each text."""

    scores: tuple[float, ...]


class Unload(Struct, frozen=True, kw_only=True):
    """Let go of a model."""

    model_id: str
