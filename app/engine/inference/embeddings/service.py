"""The verbs on models for texts: which there are, texts as vectors, texts in order, texts by their labels.

Models run in one process, started at the first use and ended when nothing was asked for a while.
"""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from pathlib import Path
from typing import Any

import msgspec

from app.engine.domain.embeddings import Embedder, EmbeddingModel, Ranked, TextKind, Vectors
from app.engine.domain.errors import Conflict, InvalidRequest, ModelNotFound
from app.engine.domain.models import Download
from app.engine.domain.settings import Settings
from app.engine.inference.embeddings import known
from app.engine.inference.embeddings.child import ChildEmbedder, examine
from app.engine.inference.embeddings.classifying import Classifiers, Probabilities
from app.engine.inference.embeddings.decoding import decode
from app.engine.inference.embeddings.folder import describe
from app.engine.inference.embeddings.folders import describe_any
from app.engine.inference.embeddings.wire import Choice, Examine, Loaded, LoadModel, Unload
from app.engine.inference.hub import check_repo
from app.engine.runtime.tracing import span
from app.engine.runtime.worker import Worker
from app.engine.storage.embeddings import EmbeddingModelStore

MODULE = "app.engine.inference.embeddings.host"
_IDLE_CHECK_SECONDS = 30.0


class EmbeddingsService:
    """Lives in the engine loop."""

    def __init__(
        self,
        store: EmbeddingModelStore,
        cache: Path,
        settings: Callable[[], Settings],
        worker: Worker | None = None,
        fetch: Callable[[str], Awaitable[Download]] | None = None,
        in_use: Callable[[], Awaitable[Collection[str]]] | None = None,
    ) -> None:
        self._store = store
        self._cache = cache
        self._settings = settings
        self._worker = worker or Worker(MODULE, "embedder")
        self._fetch = fetch
        self._in_use = in_use
        self._open: dict[str, ChildEmbedder] = {}
        self._opening = asyncio.Lock()
        self._builtin: EmbeddingModel | None = None
        self._used = time.monotonic()
        self._active = 0
        self._idle: asyncio.TimerHandle | None = None
        self._classifiers = Classifiers(store, self._worker, settings, self._cache_of, self._using)

    async def close(self) -> None:
        """End the process."""
        if self._idle is not None:
            self._idle.cancel()
        await self._worker.close()

    @property
    def pid(self) -> int | None:
        """The process id, while it runs."""
        return self._worker.pid

    async def models(self) -> tuple[EmbeddingModel, ...]:
        """Return embedding and rerank models, installed ones first."""
        added = tuple(model for model in await self._store.all() if model.kind != "classifier")
        installed = (await self._default(), *added)
        taken = {model.id for model in installed}
        return (*installed, *(model for model in known.OFFERED if model.id not in taken))

    async def classifiers(self) -> tuple[EmbeddingModel, ...]:
        """Return the classifiers of texts, such as Prompt Guard, installed ones first."""
        return await self._classifiers.all()

    async def classify(
        self, model_id: str, texts: Sequence[str], counted: Sequence[int] = ()
    ) -> tuple[Probabilities, ...]:
        """Return the probabilities of a classifier's labels for each text, of its window worst by `counted` labels."""
        return await self._classifiers.classify(model_id, texts, counted)

    async def model(self, model_id: str = "") -> EmbeddingModel:
        """Return a model, the default one for an empty id; raises ModelNotFound."""
        wanted = model_id or self._settings().embedding_model or known.DEFAULT
        for model in await self.models():
            if wanted in (model.id, model.repo, f"sentence-transformers/{model.id}"):
                return model
        raise ModelNotFound(
            f"There is no embedding model “{wanted}”.", hint="See what is installed with GET /v1/models.", param="model"
        )

    async def embed(self, model_id: str, texts: tuple[str, ...], kind: TextKind = "document") -> Vectors:
        """Return one vector a text; the model is loaded first."""
        embedder = await self.open(model_id)
        with span("embeddings.embed", model=embedder.model.id, texts=len(texts)):
            return await embedder.embed(texts, kind)

    async def texts_of(self, model_id: str, token_lists: tuple[tuple[int, ...], ...]) -> tuple[str, ...]:
        """Return lists of the model's own tokens as texts; raises InvalidRequest."""
        model = await self.model(model_id)
        return await asyncio.to_thread(decode, model, token_lists)

    async def rerank(self, model_id: str, query: str, texts: tuple[str, ...]) -> tuple[Ranked, ...]:
        """Return the texts' places, best first."""
        if not texts:
            return ()
        model = await self._reranker(model_id)
        embedder = await self._opened(model)
        with span("embeddings.rerank", model=model.id, texts=len(texts)), self._using():
            if model.kind == "rerank":
                scores = list(await embedder.score(query, texts))
            else:
                scores = await _cosines(embedder, query, texts)
        order = sorted(range(len(texts)), key=lambda place: (-scores[place], place))
        return tuple(Ranked(place, scores[place]) for place in order)

    async def open(self, model_id: str) -> Embedder:
        """Return an embedding model ready to be asked; raises ModelNotFound, ModelLoadFailed, InvalidRequest."""
        model = await self.model(model_id)
        if model.kind != "embedding":
            raise InvalidRequest(f"“{model.id}” ranks texts; it makes no vectors.", param="model")
        embedder = await self._opened(model)
        return _Used(embedder, self._using)

    async def add_folder(self, path: Path) -> EmbeddingModel:
        """Add a model from a local folder or a GGUF file; raises InvalidRequest."""
        model = await self._gguf(path) if path.suffix.lower() == ".gguf" else await self._folder(path)
        if any(model.id == each.id and each.installed for each in await self._everything()):
            raise Conflict(f"There is a model “{model.id}” already.", param="path")
        await self._store.put(model)
        return model

    async def download(self, repo: str) -> Download:
        """Start (or go on with) the download of a model by its repository, or its id if it is offered.

        Raises Conflict for an installed one and InvalidRequest; what the hub says comes with the download.
        """
        for model in await self._everything():
            if repo in (model.id, model.repo or f"sentence-transformers/{model.id}"):
                if model.installed:
                    raise Conflict(f"“{model.id}” is installed already.", param="repo")
                repo = model.repo
        check_repo(repo)
        assert self._fetch is not None, "this service was made without a hub"
        return await self._fetch(repo)

    async def _folder(self, path: Path) -> EmbeddingModel:
        if not await asyncio.to_thread(path.is_dir):
            raise InvalidRequest(f"{path} is not a folder.", param="path")
        return await asyncio.to_thread(lambda: describe_any(path.absolute()))

    async def _gguf(self, path: Path) -> EmbeddingModel:
        """Describe a GGUF file by loading it once; raises InvalidRequest, ModelLoadFailed."""
        digest = await asyncio.to_thread(_digest, path)
        load = LoadModel(model_id=path.stem, path=str(path), backend="llama-cpp")
        loaded: Loaded = await self._worker.call("load", load, Loaded)
        await self._worker.call("unload", Unload(model_id=path.stem), None)
        return EmbeddingModel(
            id=path.stem,
            name=path.stem,
            dimension=loaded.dimension,
            max_tokens=loaded.max_tokens,
            sha256=digest[0],
            size_bytes=digest[1],
            source="gguf",
            path=str(path),
            backend="llama-cpp",
        )

    async def remove(self, model_id: str) -> None:
        """Forget a model that was added; the files of one that was downloaded are deleted."""
        guards = [each for each in await self.classifiers() if model_id in (each.id, each.repo)]
        model = guards[0] if guards else await self.model(model_id)
        if model.source == "builtin" or not model.installed:
            raise Conflict(f"“{model.id}” belongs to Paddock.", param="model")
        if self._in_use is not None and model.id in await self._in_use():
            raise Conflict(
                f"A memory bank uses “{model.id}”.", hint="Change that bank's embedding model first.", param="model"
            )
        opened = self._open.pop(model.id, None)
        if opened is not None:
            await opened.shutdown()
        await self._classifiers.forget(model)
        await self._store.remove(model.id)
        if model.source == "hub":
            await asyncio.to_thread(shutil.rmtree, model.path, ignore_errors=True)

    async def _everything(self) -> tuple[EmbeddingModel, ...]:
        return (*await self.models(), *await self.classifiers())

    async def _default(self) -> EmbeddingModel:
        if self._builtin is None:
            folder = known.builtin_folder()
            facts: dict[str, Any] = {
                "name": "all-MiniLM-L6-v2",
                "languages": ("en",),
                "licence": "apache-2.0",
                "source": "builtin",
            }
            self._builtin = await asyncio.to_thread(lambda: describe(folder, known.DEFAULT, **facts))
        return self._builtin

    async def _reranker(self, model_id: str) -> EmbeddingModel:
        if model_id:
            return await self.model(model_id)
        installed = [model for model in await self.models() if model.installed]
        return next((model for model in installed if model.kind == "rerank"), await self.model())

    async def _opened(self, model: EmbeddingModel) -> ChildEmbedder:
        if not model.installed:
            raise ModelNotFound(
                f"The model “{model.id}” is not installed.", hint=f"Download {model.repo} first.", param="model"
            )
        async with self._opening:
            embedder = self._open.get(model.id)
            if embedder is None:
                with span("embeddings.choose", model=model.id):
                    choice = await self._choice(model)
                load = LoadModel(
                    model_id=model.id,
                    path=model.path,
                    backend=choice.backend,
                    exact=choice.exact,
                    cache=str(self._cache_of(model)),
                    threads=self._settings().embedding_threads,
                )
                embedder = ChildEmbedder(self._worker, _with_choice(model, choice), load)
                with span("embeddings.load", model=model.id):
                    await embedder.initialize()
                self._open[model.id] = embedder
            return embedder

    async def _choice(self, model: EmbeddingModel) -> Choice:
        """Return what runs a model here: what the settings say, else the fastest that is exact enough."""
        if model.source == "gguf":
            return Choice(backend="llama-cpp")
        wanted = self._settings().embedding_backend
        if wanted != "auto":
            return Choice(backend=wanted)
        if model.kind == "rerank":
            return Choice(backend="onnx")
        key = f"{model.sha256}\0{self._settings().embedding_threads}"
        return await examine(
            self._worker,
            Examine(
                path=model.path, key=key, cache=str(self._cache_of(model)), threads=self._settings().embedding_threads
            ),
        )

    def _cache_of(self, model: EmbeddingModel) -> Path:
        """Return where a model's exports are kept: with a downloaded one, so that they go when it goes."""
        return Path(model.path) / "exports" if model.source == "hub" else self._cache

    def _using(self) -> _Use:
        return _Use(self)

    def begin(self) -> None:
        """Note that something is being asked."""
        self._active += 1
        self._used = time.monotonic()

    def end(self) -> None:
        """Note that it was answered, and end the process when nothing more comes for a while."""
        self._active -= 1
        self._used = time.monotonic()
        if self._idle is None and self._settings().idle_unload_minutes:
            self._idle = asyncio.get_running_loop().call_later(_IDLE_CHECK_SECONDS, self._look_if_idle)

    def _look_if_idle(self) -> None:
        self._idle = None
        minutes = self._settings().idle_unload_minutes
        if not minutes:
            return
        if self._active == 0 and time.monotonic() - self._used >= minutes * 60:
            self._worker.kill()
        elif self._worker.pid is not None:
            self._idle = asyncio.get_running_loop().call_later(_IDLE_CHECK_SECONDS, self._look_if_idle)


def _digest(path: Path) -> tuple[str, int]:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size
    except OSError as error:
        raise InvalidRequest(f"{path} cannot be read: {error.strerror or error}.", param="path") from error


def _with_choice(model: EmbeddingModel, choice: Choice) -> EmbeddingModel:
    measured = {f"{each.backend}{' float32' if each.exact else ''}": round(each.speed, 1) for each in choice.tried}
    return msgspec.structs.replace(model, backend=choice.backend, backend_reason=choice.in_words(), measured=measured)


class _Use:
    """Keeps the process from being ended while something is asked."""

    def __init__(self, service: EmbeddingsService) -> None:
        self._service = service

    def __enter__(self) -> None:
        self._service.begin()

    def __exit__(self, *_details: object) -> None:
        self._service.end()


class _Used:
    """An embedder whose every call counts as use."""

    def __init__(self, embedder: ChildEmbedder, using: Callable[[], _Use]) -> None:
        self._embedder = embedder
        self._using = using
        self.initialize = embedder.initialize
        self.shutdown = embedder.shutdown
        self.health = embedder.health

    @property
    def model(self) -> EmbeddingModel:
        """What it is."""
        return self._embedder.model

    async def embed(self, texts: object, kind: TextKind = "document") -> Vectors:
        """Return one vector a text."""
        with self._using():
            return await self._embedder.embed(texts, kind)  # type: ignore[arg-type]


async def _cosines(embedder: ChildEmbedder, query: str, texts: tuple[str, ...]) -> list[float]:
    vectors = (await embedder.embed(texts, "document")).rows()
    asked = (await embedder.embed((query,), "query")).rows()[0]
    return [max(0.0, sum(a * b for a, b in zip(asked, row, strict=True))) for row in vectors]
