"""Describes a folder of a transformer model as sentence-transformers lays it out. Reads its small files only.

Format: https://sbert.net/docs/package_reference/sentence_transformer/SentenceTransformer.html (modules.json,
1_Pooling/config.json, sentence_bert_config.json beside the files of the transformer itself).
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct

from app.engine.domain.embeddings import EmbeddingModel
from app.engine.domain.errors import InvalidRequest

Pooling = Literal["mean", "cls"]
# Families whose computation is BERT's; RoBERTa's positions begin behind the padding token.
_BERT = ("bert",)
_ROBERTA = ("roberta", "xlm-roberta", "camembert")
_GELU = ("gelu", "gelu_new")


class Shape(Struct, frozen=True, kw_only=True):
    """What the graph of a model is made from. `first_position` is that of the first token."""

    hidden: int
    layers: int
    heads: int
    epsilon: float
    activation: str
    pooling: Pooling
    first_position: int
    pad_token: int
    classifier: bool
    max_tokens: int
    prefix: str


def read_shape(folder: Path, *, complete: bool = True) -> Shape:
    """Return the shape of the model in a folder; raises InvalidRequest for one that Paddock cannot run.

    `complete` False judges a model whose weights are not there yet.
    """
    config = read_json(folder / "config.json")
    family = str(config.get("model_type", ""))
    if family not in (*_BERT, *_ROBERTA):
        raise InvalidRequest(
            f"Models of the family “{family or 'unknown'}” cannot be used for embeddings.",
            hint="Use a model of the BERT or RoBERTa family, or a GGUF file.",
            param="path",
        )
    if config.get("position_embedding_type", "absolute") != "absolute" or config.get("hidden_act") not in _GELU:
        raise InvalidRequest("This variant of BERT is not supported.", param="path")
    if (complete and not (folder / "model.safetensors").exists()) or not (folder / "tokenizer.json").exists():
        raise InvalidRequest(
            f"{folder.name} lacks model.safetensors or tokenizer.json.", hint="Download the whole model.", param="path"
        )
    try:
        return _shape(folder, family, config)
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidRequest(f"config.json of {folder.name} lacks numbers of the model.", param="path") from error


def _shape(folder: Path, family: str, config: dict[str, Any]) -> Shape:
    classifier = any("SequenceClassification" in name for name in config.get("architectures") or ())
    offset = int(config.get("pad_token_id") or 0) + 1 if family in _ROBERTA else 0
    positions = int(config.get("max_position_embeddings", 512)) - offset
    limit = int(read_json(folder / "sentence_bert_config.json").get("max_seq_length") or positions)
    return Shape(
        hidden=int(config["hidden_size"]),
        layers=int(config["num_hidden_layers"]),
        heads=int(config["num_attention_heads"]),
        epsilon=float(config.get("layer_norm_eps", 1e-12)),
        activation=str(config.get("hidden_act", "gelu")),
        pooling=_pooling(folder),
        first_position=offset,
        pad_token=int(config.get("pad_token_id") or 0),
        classifier=classifier,
        max_tokens=min(limit, positions),
        prefix="" if family == "bert" else "roberta",
    )


def describe(folder: Path, model_id: str = "", *, weights: Path | None = None, **known: Any) -> EmbeddingModel:
    """Return the model in a folder; raises InvalidRequest. Reads the weights once for their digest, blocking.

    `weights` is where they are as long as they are not in the folder.
    """
    shape = read_shape(folder, complete=weights is None)
    weights = weights or folder / "model.safetensors"
    fields: dict[str, Any] = {
        "id": model_id or folder.name,
        "name": model_id or folder.name,
        "kind": "rerank" if shape.classifier else "embedding",
        "dimension": 0 if shape.classifier else shape.hidden,
        "max_tokens": shape.max_tokens,
        "sha256": digest(weights, f"{shape.pooling}\0{shape.max_tokens}\0"),
        "size_bytes": weights.stat().st_size,
        "path": str(folder),
        "tokenizer": str(folder / "tokenizer.json"),
        "source": "folder",
        **known,
    }
    return EmbeddingModel(**fields)


def digest(weights: Path, salt: str) -> str:
    """Return what identifies weights and how they are used, blocking."""
    made = hashlib.sha256(salt.encode())
    with weights.open("rb") as file:
        while block := file.read(1024 * 1024):
            made.update(block)
    return made.hexdigest()


def _pooling(folder: Path) -> Pooling:
    config = read_json(folder / "1_Pooling" / "config.json")
    if config.get("pooling_mode_cls_token"):
        return "cls"
    others = [name for name, on in config.items() if name.startswith("pooling_mode_") and on is True]
    if others and others != ["pooling_mode_mean_tokens"]:
        raise InvalidRequest(f"The pooling of {folder.name} is not supported: {', '.join(others)}.", param="path")
    return "mean"


def read_json(path: Path) -> dict[str, Any]:
    """Return what a small file says, {} where there is none; raises InvalidRequest."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise InvalidRequest(f"{path.name} of the model cannot be read.", param="path") from error
    return found if isinstance(found, dict) else {}
