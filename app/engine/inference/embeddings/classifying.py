"""Classifiers of texts, such as Prompt Guard: which there are, and what they say of texts, in the embedder process.

They are kept apart from the models that embed and rerank, and must not know what a label means.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from app.engine.domain.embeddings import EmbeddingModel
from app.engine.domain.errors import ModelLoadFailed, ModelNotFound, WorkerDied
from app.engine.domain.settings import Settings
from app.engine.inference.embeddings import known
from app.engine.inference.embeddings.wire import Classify, Loaded, LoadModel, Unload, Window
from app.engine.runtime.tracing import span
from app.engine.runtime.worker import Worker
from app.engine.storage.embeddings import EmbeddingModelStore

Probabilities = tuple[float, ...]


class Classifiers:
    """Lives in the engine loop. `cache_of` says where a model's exports are kept, `using` notes that one is asked."""

    def __init__(
        self,
        store: EmbeddingModelStore,
        worker: Worker,
        settings: Callable[[], Settings],
        cache_of: Callable[[EmbeddingModel], Path],
        using: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self._store = store
        self._worker = worker
        self._settings = settings
        self._cache_of = cache_of
        self._using = using
        self._loaded: dict[str, tuple[int | None, str]] = {}
        self._loading = asyncio.Lock()

    async def all(self) -> tuple[EmbeddingModel, ...]:
        """Return the installed classifiers, then those the hub offers."""
        installed = tuple(model for model in await self._store.all() if model.kind == "classifier")
        taken = {model.id for model in installed}
        return (*installed, *(model for model in known.PROMPT_GUARDS if model.id not in taken))

    async def classify(
        self, model_id: str, texts: Sequence[str], counted: Sequence[int] = ()
    ) -> tuple[Probabilities, ...]:
        """Return the probabilities of the labels for each text.

        A text over a window's length has those of the window in which the `counted` labels, by default all but the
        first, are likeliest together. Raises ModelNotFound, ModelLoadFailed, WorkerDied.
        """
        if not texts:
            return ()
        model = await self._model(model_id)
        with span("classifiers.classify", model=model.id, texts=len(texts)), self._using():
            try:
                windows = await self._ask(model, texts)
            except WorkerDied:
                windows = await self._ask(model, texts)
            except ModelLoadFailed as error:
                if error.code != "model_not_loaded":
                    raise
                self._loaded.pop(model.id, None)
                windows = await self._ask(model, texts)
        return _worst(windows, len(texts), tuple(counted) or tuple(range(1, len(model.labels))))

    async def forget(self, model: EmbeddingModel) -> None:
        """Let go of a model that is removed."""
        pid, _digest = self._loaded.pop(model.id, (None, ""))
        if pid is not None and pid == self._worker.pid:
            await self._worker.call("unload", Unload(model_id=model.id), None)

    async def _model(self, model_id: str) -> EmbeddingModel:
        for model in await self.all():
            if model.installed and model_id in (model.id, model.repo):
                return model
        raise ModelNotFound(f"There is no classifier “{model_id}”.", hint="Download or add it first.", param="model")

    async def _ask(self, model: EmbeddingModel, texts: Sequence[str]) -> list[Window]:
        await self._load(model)
        wanted = Classify(model_id=model.id, texts=tuple(texts))
        found: list[Window] = []
        # Windows come a few at a time, so that whoever no longer waits ends the work at the next ones.
        some: AsyncIterator[tuple[Window, ...]] = self._worker.stream("classify", wanted, tuple[Window, ...])
        async for windows in some:
            found += windows
        return found

    async def _load(self, model: EmbeddingModel) -> None:
        async with self._loading:
            if self._worker.pid is not None and self._loaded.get(model.id) == (self._worker.pid, model.sha256):
                return
            load = LoadModel(
                model_id=model.id,
                path=model.path,
                backend="onnx",
                cache=str(self._cache_of(model)),
                threads=self._settings().embedding_threads,
            )
            with span("classifiers.load", model=model.id):
                await self._worker.call("load_classifier", load, Loaded)
            self._loaded[model.id] = (self._worker.pid, model.sha256)


def _worst(windows: Sequence[Window], count: int, counted: tuple[int, ...]) -> tuple[Probabilities, ...]:
    """Return of each text the window in which the counted labels are likeliest."""
    best: dict[int, Probabilities] = {}
    for each in windows:
        known = best.get(each.text)
        if known is None or sum(each.probabilities[place] for place in counted) > sum(
            known[place] for place in counted
        ):
            best[each.text] = each.probabilities
    return tuple(best[place] for place in range(count))
