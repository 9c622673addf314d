"""Tiny models of the BERT and RoBERTa families with random weights, as sentence-transformers lays them out on disk,
and what they compute, step by step in numpy. Nothing here knows ONNX.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

HIDDEN, LAYERS, HEADS, INNER, POSITIONS = 32, 2, 4, 64, 40
WORDS = "the a owl hen llama hunts lays eats sleeps egg hay at by night day and is old young in barn ##s ##ed . , ?"
EPSILON = 1e-6


def make(
    folder: Path, *, family: str = "bert", pooling: str = "mean", classifier: bool = False, seed: int = 1, **config: Any
) -> Path:
    """Write a model into a folder and return it; `config` adds to config.json."""
    folder.mkdir(parents=True, exist_ok=True)
    special = ["[CLS]", "[PAD]", "[SEP]", "[UNK]"] if family == "roberta" else ["[PAD]", "[CLS]", "[SEP]", "[UNK]"]
    vocabulary = {word: number for number, word in enumerate([*special, *WORDS.split()])}
    _tokenizer(vocabulary).save(str(folder / "tokenizer.json"))
    settings = {
        "model_type": family, "hidden_size": HIDDEN, "num_hidden_layers": LAYERS, "num_attention_heads": HEADS,
        "layer_norm_eps": EPSILON, "hidden_act": "gelu", "max_position_embeddings": POSITIONS,
        "pad_token_id": vocabulary["[PAD]"],
        "architectures": ["BertForSequenceClassification" if classifier else "BertModel"],
    }  # fmt: skip
    (folder / "config.json").write_text(json.dumps({**settings, **config}))
    if not classifier:
        (folder / "1_Pooling").mkdir(exist_ok=True)
        modes = {"pooling_mode_cls_token": pooling == "cls", "pooling_mode_mean_tokens": pooling == "mean"}
        extra = {} if pooling in ("cls", "mean") else {f"pooling_mode_{pooling}_tokens": True}
        (folder / "1_Pooling" / "config.json").write_text(json.dumps({**modes, **extra}))
    prefix = {"bert": "bert." if classifier else "", "roberta": "roberta."}[family]
    kinds = 1 if family == "roberta" else 2
    save_file(_weights(prefix, len(vocabulary), kinds, classifier, seed), str(folder / "model.safetensors"))
    return folder


def embed(folder: Path, texts: Sequence[str]) -> Any:
    """Return the vectors the model gives, one text after the other, so that nothing is padded."""
    pooling = json.loads((folder / "1_Pooling" / "config.json").read_text())
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    rows = []
    for text in texts:
        states = _states(folder, tokenizer.encode(text))
        pooled = states[0] if pooling["pooling_mode_cls_token"] else states.mean(axis=0)
        rows.append(pooled / np.linalg.norm(pooled))
    return np.array(rows)


def score(folder: Path, query: str, texts: Sequence[str]) -> list[float]:
    """Return the scores a cross-encoder gives, 0 to 1."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    weights = load_file(str(folder / "model.safetensors"))
    heads = ("classifier.dense", "classifier.out_proj") if _is_roberta(folder) else ("bert.pooler.dense", "classifier")
    found = []
    for text in texts:
        first = _states(folder, tokenizer.encode(query, text))[0]
        inner = np.tanh(_linear(weights, heads[0], first))
        found.append(float(1 / (1 + np.exp(-_linear(weights, heads[1], inner)[0]))))
    return found


def _tokenizer(vocabulary: dict[str, int]) -> Tokenizer:
    made = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.decoder = decoders.WordPiece()
    ends = [(word, vocabulary[word]) for word in ("[CLS]", "[SEP]")]
    made.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1", ends)
    return made


def _weights(prefix: str, words: int, kinds: int, classifier: bool, seed: int) -> dict[str, Any]:
    shapes = {
        "embeddings.word_embeddings.weight": (words, HIDDEN),
        "embeddings.position_embeddings.weight": (POSITIONS, HIDDEN),
        "embeddings.token_type_embeddings.weight": (kinds, HIDDEN),
        **_normed("embeddings.LayerNorm"),
    }
    for layer in range(LAYERS):
        name = f"encoder.layer.{layer}"
        for part in ("query", "key", "value"):
            shapes.update(_dense(f"{name}.attention.self.{part}", HIDDEN, HIDDEN))
        shapes.update(_dense(f"{name}.attention.output.dense", HIDDEN, HIDDEN))
        shapes.update(_normed(f"{name}.attention.output.LayerNorm"))
        shapes.update(_dense(f"{name}.intermediate.dense", INNER, HIDDEN))
        shapes.update(_dense(f"{name}.output.dense", HIDDEN, INNER))
        shapes.update(_normed(f"{name}.output.LayerNorm"))
    shapes = {prefix + name: shape for name, shape in shapes.items()}
    if classifier and prefix == "roberta.":
        shapes.update({**_dense("classifier.dense", HIDDEN, HIDDEN), **_dense("classifier.out_proj", 1, HIDDEN)})
    elif classifier:
        shapes.update({**_dense("bert.pooler.dense", HIDDEN, HIDDEN), **_dense("classifier", 1, HIDDEN)})
    random = np.random.default_rng(seed)
    spread = lambda shape: random.normal(0, 0.3, shape).astype(np.float32)
    return {name: spread(shape) + (1 if name.endswith("Norm.weight") else 0) for name, shape in shapes.items()}


def _dense(name: str, outputs: int, inputs: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (outputs, inputs), f"{name}.bias": (outputs,)}


def _normed(name: str) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (HIDDEN,), f"{name}.bias": (HIDDEN,)}


def _is_roberta(folder: Path) -> bool:
    return json.loads((folder / "config.json").read_text())["model_type"] == "roberta"


def _states(folder: Path, encoded: Any) -> Any:
    """Return the last hidden states of one text."""
    config = json.loads((folder / "config.json").read_text())
    weights = load_file(str(folder / "model.safetensors"))
    weights = {name.removeprefix("bert.").removeprefix("roberta."): value for name, value in weights.items()}
    begin = config["pad_token_id"] + 1 if _is_roberta(folder) else 0
    kinds = [0] * len(encoded.ids) if _is_roberta(folder) else encoded.type_ids
    value = weights["embeddings.word_embeddings.weight"][encoded.ids]
    value = value + weights["embeddings.position_embeddings.weight"][begin : begin + len(encoded.ids)]
    value = _norm(weights, "embeddings.LayerNorm", value + weights["embeddings.token_type_embeddings.weight"][kinds])
    for layer in range(LAYERS):
        value = _layer(weights, f"encoder.layer.{layer}", value)
    return value


def _layer(weights: dict[str, Any], name: str, value: Any) -> Any:
    parts = [_linear(weights, f"{name}.attention.self.{part}", value) for part in ("query", "key", "value")]
    query, key, own = (part.reshape(len(value), HEADS, -1).transpose(1, 0, 2) for part in parts)
    likeness = query @ key.transpose(0, 2, 1) / math.sqrt(HIDDEN / HEADS)
    shares = np.exp(likeness - likeness.max(axis=-1, keepdims=True))
    shares /= shares.sum(axis=-1, keepdims=True)
    seen = (shares @ own).transpose(1, 0, 2).reshape(len(value), HIDDEN)
    dense = _linear(weights, f"{name}.attention.output.dense", seen)
    value = _norm(weights, f"{name}.attention.output.LayerNorm", value + dense)
    wide = _linear(weights, f"{name}.intermediate.dense", value)
    active = wide * 0.5 * (1 + np.vectorize(math.erf)(wide / math.sqrt(2)))
    return _norm(weights, f"{name}.output.LayerNorm", value + _linear(weights, f"{name}.output.dense", active))


def _linear(weights: dict[str, Any], name: str, value: Any) -> Any:
    return value @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]


def _norm(weights: dict[str, Any], name: str, value: Any) -> Any:
    centred = value - value.mean(axis=-1, keepdims=True)
    scaled = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + EPSILON)
    return scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"]
