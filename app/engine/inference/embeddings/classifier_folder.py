"""Describes a folder of a Prompt Guard: a DeBERTa v2 or v3 that classifies texts. Reads its small files only.

Format: https://huggingface.co/docs/transformers/model_doc/deberta-v2 (config.json, tokenizer.json and weights as
model.safetensors, or a ready graph as model.onnx).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from msgspec import Struct

from app.engine.domain.embeddings import EmbeddingModel
from app.engine.domain.errors import InvalidRequest
from app.engine.inference.embeddings.folder import digest, read_json

FAMILY = "deberta-v2"
WEIGHTS, GRAPH = "model.safetensors", "model.onnx"
_CLASSIFIER = "DebertaV2ForSequenceClassification"
# What the last label of a model is called that judges whether somebody attacks a model by a text; transformers calls
# labels without a name LABEL_0, LABEL_1 and so on.
_ATTACK = re.compile(r"malicious|inject|jailbreak|unsafe|attack|^label_[12]$", re.IGNORECASE)
_GELU = ("gelu",)


class ClassifierShape(Struct, frozen=True, kw_only=True):
    """What the graph of a classifier is made from. `buckets` and `furthest` say how distances are told apart."""

    layers: int
    heads: int
    epsilon: float
    buckets: int
    furthest: int
    norm_distances: bool
    pad_token: int
    max_tokens: int
    labels: tuple[str, ...]


def is_classifier(folder: Path) -> bool:
    """Tell whether the model of a folder belongs to the family of Prompt Guard; raises InvalidRequest."""
    return read_json(folder / "config.json").get("model_type") == FAMILY


def read_classifier(folder: Path, *, complete: bool = True) -> ClassifierShape:
    """Return the shape of a classifier; raises InvalidRequest. `complete` False judges it before its weights come."""
    config = read_json(folder / "config.json")
    labels = _labels(config)
    if _CLASSIFIER not in (config.get("architectures") or ()) or len(labels) < 2 or not _ATTACK.search(labels[-1]):
        raise InvalidRequest(
            f"“{folder.name}” is no Prompt Guard: its labels are {', '.join(labels) or 'missing'}.",
            hint="Use Llama Prompt Guard 2 (22M or 86M), Prompt Guard 1, or a DeBERTa made for the same task.",
            param="path",
        )
    weights = (folder / WEIGHTS).exists() or (folder / GRAPH).exists()
    if (complete and not weights) or not (folder / "tokenizer.json").exists():
        raise InvalidRequest(
            f"{folder.name} lacks {WEIGHTS} or tokenizer.json.", hint="Download the whole model.", param="path"
        )
    try:
        return _shape(config, labels)
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidRequest(f"config.json of {folder.name} lacks numbers of the model.", param="path") from error


def describe_classifier(
    folder: Path, model_id: str = "", *, weights: Path | None = None, **known: Any
) -> EmbeddingModel:
    """Return the classifier in a folder; raises InvalidRequest. Reads the weights once for their digest, blocking."""
    shape = read_classifier(folder, complete=weights is None)
    weights = weights or next(each for each in (folder / WEIGHTS, folder / GRAPH) if each.exists())
    fields: dict[str, Any] = {
        "id": model_id or folder.name,
        "name": model_id or folder.name,
        "kind": "classifier",
        "max_tokens": shape.max_tokens,
        "sha256": digest(weights, "\0".join(shape.labels)),
        "size_bytes": weights.stat().st_size,
        "path": str(folder),
        "tokenizer": str(folder / "tokenizer.json"),
        "source": "folder",
        "labels": shape.labels,
        **known,
    }
    return EmbeddingModel(**fields)


def _labels(config: dict[str, Any]) -> tuple[str, ...]:
    """Return the names of the labels in order; transformers leaves them out where they are two without names."""
    found = config.get("id2label")
    if not isinstance(found, dict):
        return ("LABEL_0", "LABEL_1")
    return tuple(str(found.get(str(place), "")) for place in range(len(found)))


def _shape(config: dict[str, Any], labels: tuple[str, ...]) -> ClassifierShape:
    positions = int(config.get("max_position_embeddings", 512))
    kinds = config.get("pos_att_type") or ()
    kinds = kinds.lower().split("|") if isinstance(kinds, str) else kinds
    furthest = int(config.get("max_relative_positions", -1))
    norms = str(config.get("norm_rel_ebd", "none")).lower().split("|")
    usual = (
        config.get("relative_attention") is True
        and sorted(kinds) == ["c2p", "p2c"]
        and config.get("share_att_key") is True
        and config.get("position_biased_input") is False
        and not config.get("type_vocab_size")
        and not config.get("conv_kernel_size")
        and config.get("embedding_size", config["hidden_size"]) == config["hidden_size"]
        and config.get("hidden_act", "gelu") in _GELU
        and config.get("pooler_hidden_act", "gelu") in _GELU
        and int(config.get("position_buckets", -1)) > 0
    )
    if not usual:
        raise InvalidRequest("This variant of DeBERTa is not supported.", param="path")
    return ClassifierShape(
        layers=int(config["num_hidden_layers"]),
        heads=int(config["num_attention_heads"]),
        epsilon=float(config.get("layer_norm_eps", 1e-7)),
        buckets=int(config["position_buckets"]),
        furthest=furthest if furthest > 0 else positions,
        norm_distances="layer_norm" in (each.strip() for each in norms),
        pad_token=int(config.get("pad_token_id") or 0),
        max_tokens=positions,
        labels=labels,
    )
