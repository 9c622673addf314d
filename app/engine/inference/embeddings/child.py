"""An embedding model in the embedder process, as the Embedder port. A process that died is started again, once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TypeVar

from app.engine.domain.embeddings import EmbeddingModel, TextKind, Vectors
from app.engine.domain.errors import ModelLoadFailed, PaddockError, WorkerDied
from app.engine.domain.inference import Health, Usage
from app.engine.inference.embeddings.wire import (
    Choice,
    Embed,
    Embedded,
    Examine,
    Loaded,
    LoadModel,
    RerankPairs,
    Scores,
    Unload,
)
from app.engine.runtime.worker import Worker

T = TypeVar("T")


async def examine(worker: Worker, wanted: Examine) -> Choice:
    """Return the implementation that runs a model fastest here and well enough; raises ModelLoadFailed."""
    return await worker.call("examine", wanted, Choice)


class ChildEmbedder:
    """Lives in the engine loop."""

    def __init__(self, worker: Worker, model: EmbeddingModel, load: LoadModel) -> None:
        self._worker = worker
        self._model = model
        self._load = load
        self._loaded_in: int | None = None
        self._loading = asyncio.Lock()

    @property
    def model(self) -> EmbeddingModel:
        """What it is."""
        return self._model

    async def initialize(self) -> None:
        """Load the model; raises ModelLoadFailed."""
        async with self._loading:
            if self._loaded_in is None or self._loaded_in != self._worker.pid:
                await self._worker.call("load", self._load, Loaded)
                self._loaded_in = self._worker.pid

    async def shutdown(self) -> None:
        """Let go of the model, if its process still holds it."""
        if self._loaded_in is not None and self._loaded_in == self._worker.pid:
            await self._worker.call("unload", Unload(model_id=self._load.model_id), None)
        self._loaded_in = None

    async def health(self) -> Health:
        """Say whether it can answer."""
        try:
            await self.embed(("health",), "query")
        except PaddockError as error:
            return Health(ok=False, message=error.in_words())
        return Health(ok=True)

    async def embed(self, texts: Sequence[str], kind: TextKind = "document") -> Vectors:
        """Return one vector a text. Queries overtake documents."""
        if not texts:
            return Vectors(self._model.dimension, b"")
        prefix = self._model.query_prefix if kind == "query" else self._model.document_prefix
        wanted = Embed(model_id=self._load.model_id, texts=tuple(prefix + text for text in texts))
        verb = "query" if kind == "query" else "documents"
        done: Embedded = await self._again(verb, wanted, Embedded)
        return Vectors(done.dimension, done.data, Usage(prompt_tokens=done.tokens))

    async def score(self, query: str, texts: Sequence[str]) -> tuple[float, ...]:
        """Return how well each text answers a query, 0 to 1."""
        wanted = RerankPairs(model_id=self._load.model_id, query=query, texts=tuple(texts))
        scores: Scores = await self._again("rerank", wanted, Scores)
        return scores.scores

    async def _again(self, verb: str, wanted: object, reply: type[T]) -> T:
        """Do a verb, once more when the process died or had lost the model."""
        await self.initialize()
        try:
            return await self._worker.call(verb, wanted, reply)
        except WorkerDied:
            await self.initialize()
        except ModelLoadFailed as error:
            if error.code != "model_not_loaded":
                raise
            self._loaded_in = None
            await self.initialize()
        return await self._worker.call(verb, wanted, reply)
