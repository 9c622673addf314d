"""Describes a folder of a transformer model of any kind Paddock can run. Must not know what a kind looks like."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.engine.domain.embeddings import EmbeddingModel
from app.engine.inference.embeddings.classifier_folder import describe_classifier, is_classifier, read_classifier
from app.engine.inference.embeddings.folder import describe, read_shape


def check(folder: Path) -> None:
    """Refuse a model by its small files, before its weights are there; raises InvalidRequest."""
    if is_classifier(folder):
        read_classifier(folder, complete=False)
    else:
        read_shape(folder, complete=False)


def describe_any(folder: Path, model_id: str = "", *, weights: Path | None = None, **known: Any) -> EmbeddingModel:
    """Return the model in a folder; raises InvalidRequest. Blocking: reads the weights once."""
    described = describe_classifier if is_classifier(folder) else describe
    return described(folder, model_id, weights=weights, **known)
