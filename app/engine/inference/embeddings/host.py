"""The embedder process: holds models by id, embeds, reranks and classifies side by side. Started by `child.py`.

Queries have a lane of their own, so that a person who searches does not wait for documents being read; so have
classifiers, because a turn waits for them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from app.engine.domain.errors import InvalidRequest, ModelLoadFailed, PaddockError
from app.engine.inference.embeddings import torch_model
from app.engine.inference.embeddings.selection import Run, choose
from app.engine.inference.embeddings.wire import (
    Choice,
    Classify,
    Embed,
    Embedded,
    Examine,
    Loaded,
    LoadModel,
    RerankPairs,
    Scores,
    Unload,
    Window,
)
from app.engine.runtime.worker_host import Verb, serve, step_back_here

if TYPE_CHECKING:
    from app.engine.inference.embeddings.classifier_model import ClassifierModel


class Loadable(Protocol):
    """What every backend offers."""

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        ...

    @property
    def max_tokens(self) -> int:
        """What is read of one text."""
        ...

    def embed(self, texts: Sequence[str]) -> tuple[bytes, int]:
        """Return vectors as float32, and the tokens that were read."""
        ...

    def score(self, query: str, texts: Sequence[str]) -> list[float]:
        """Return how well each text answers a query, 0 to 1."""
        ...


class Models:
    """The loaded models."""

    def __init__(self) -> None:
        self._models: dict[str, Loadable] = {}
        self._classifiers: dict[str, ClassifierModel] = {}

    def load(self, wanted: LoadModel) -> Loaded:
        """Load a model; one of that id is replaced."""
        self._models.pop(wanted.model_id, None)
        # The threads that compute belong to the model: a search must not wait for documents being embedded.
        step_back_here()
        try:
            model = _load(wanted)
        except PaddockError:
            raise
        except Exception as error:  # a border: for damaged files the libraries raise bare exceptions
            raise ModelLoadFailed(f"The embedding model could not be loaded: {error}") from error
        self._models[wanted.model_id] = model
        return Loaded(dimension=model.dimension, max_tokens=model.max_tokens)

    def load_classifier(self, wanted: LoadModel) -> Loaded:
        """Load a classifier; one of that id is replaced."""
        from app.engine.inference.embeddings.classifier_model import ClassifierModel

        self._classifiers.pop(wanted.model_id, None)
        try:
            model = ClassifierModel(Path(wanted.path), Path(wanted.cache), threads=wanted.threads)
        except PaddockError:
            raise
        except Exception as error:  # a border: for damaged files the libraries raise bare exceptions
            raise ModelLoadFailed(f"The classifier could not be loaded: {error}") from error
        self._classifiers[wanted.model_id] = model
        return Loaded(dimension=0, max_tokens=model.max_tokens)

    def classify(self, wanted: Classify) -> Iterator[tuple[Window, ...]]:
        """Yield the windows of texts with the probabilities of their labels."""
        model = self._classifiers.get(wanted.model_id)
        if model is None:
            raise ModelLoadFailed(f"The classifier “{wanted.model_id}” is not loaded.", code="model_not_loaded")
        return model.classify(wanted.texts)

    def unload(self, wanted: Unload) -> None:
        """Let go of a model."""
        self._models.pop(wanted.model_id, None)
        self._classifiers.pop(wanted.model_id, None)

    def embed(self, wanted: Embed) -> Embedded:
        """Embed texts."""
        model = self._loaded(wanted.model_id)
        if not model.dimension:
            raise InvalidRequest(f"“{wanted.model_id}” ranks texts; it makes no vectors.", param="model")
        data, tokens = model.embed(wanted.texts)
        return Embedded(dimension=model.dimension, data=data, tokens=tokens)

    def rerank(self, wanted: RerankPairs) -> Scores:
        """Score texts against a query."""
        return Scores(scores=tuple(self._loaded(wanted.model_id).score(wanted.query, wanted.texts)))

    def _loaded(self, model_id: str) -> Loadable:
        model = self._models.get(model_id)
        if model is None:
            raise ModelLoadFailed(f"The embedding model “{model_id}” is not loaded.", code="model_not_loaded")
        return model


def examine(wanted: Examine) -> Choice:
    """Find the implementation that runs a model fastest here and well enough."""
    path, cache = Path(wanted.path), Path(wanted.cache)

    def loader(backend: str, exact: bool) -> Callable[[], Run]:
        load = LoadModel(
            model_id="", path=str(path), backend=backend, cache=str(cache), exact=exact, threads=wanted.threads
        )
        return lambda: _load(load).embed

    candidates = {"onnx/exact": loader("onnx", True), "onnx": loader("onnx", False)}
    reference = "onnx/exact"
    if torch_model.is_installed():
        candidates["sentence-transformers"] = loader("sentence-transformers", False)
        reference = "sentence-transformers"
    return choose(candidates, reference, cache, wanted.key)


def _load(wanted: LoadModel) -> Loadable:
    path, cache = Path(wanted.path), Path(wanted.cache)
    match wanted.backend:
        case "onnx":
            from app.engine.inference.embeddings.onnx_model import OnnxModel

            return OnnxModel(path, cache, exact=wanted.exact, threads=wanted.threads)
        case "sentence-transformers":
            return torch_model.TorchModel(path, threads=wanted.threads)
        case "llama-cpp":
            from app.engine.inference.llama_cpp.embedding import GgufEmbedder

            return GgufEmbedder(path, threads=wanted.threads)
        case _:
            raise InvalidRequest(f"There is no embedding backend “{wanted.backend}”.")


def main() -> int:
    """Serve on this process's streams."""
    models = Models()
    return serve(
        {
            "examine": Verb(Examine, examine, "documents"),
            "load": Verb(LoadModel, models.load, "documents"),
            "unload": Verb(Unload, models.unload, "documents"),
            "documents": Verb(Embed, models.embed, "documents"),
            "query": Verb(Embed, models.embed, "queries"),
            "rerank": Verb(RerankPairs, models.rerank, "queries"),
            "load_classifier": Verb(LoadModel, models.load_classifier, "classifiers"),
            "classify": Verb(Classify, models.classify, "classifiers"),
        }
    )


if __name__ == "__main__":
    sys.exit(main())
