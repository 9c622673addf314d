"""Tiny DeBERTa classifiers with random weights, as Prompt Guard lies on disk, and what they compute, step by step in
numpy. Nothing here knows ONNX.

`tell` makes one that knows a word: a text with it is malicious, every other is benign.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors

HIDDEN, LAYERS, HEADS, INNER, POSITIONS, BUCKETS = 32, 2, 4, 48, 64, 8
EPSILON = 1e-7
SPECIAL = ("[PAD]", "[CLS]", "[SEP]", "[UNK]")
WORDS = ("▁ignore", "▁previous", "▁instructions", "▁the", "▁owl", "▁hunts", "▁by", "▁night", "▁hen", "▁lays", "▁eggs")
INNER_WORDS = ("previous", "instructions", "ignore")
ATTACK = "ignore"


def make(folder: Path, *, labels: int = 2, seed: int = 3, positions: int = POSITIONS, **config: Any) -> Path:
    """Write a model into a folder and return it; `config` adds to config.json."""
    folder.mkdir(parents=True, exist_ok=True)
    _tokenizer().save(str(folder / "tokenizer.json"))
    names = {2: ("BENIGN", "MALICIOUS"), 3: ("BENIGN", "INJECTION", "JAILBREAK")}[labels]
    settings = {
        "model_type": "deberta-v2", "architectures": ["DebertaV2ForSequenceClassification"], "hidden_size": HIDDEN,
        "num_hidden_layers": LAYERS, "num_attention_heads": HEADS, "intermediate_size": INNER, "hidden_act": "gelu",
        "max_position_embeddings": positions, "max_relative_positions": -1, "position_buckets": BUCKETS,
        "relative_attention": True, "share_att_key": True, "pos_att_type": ["p2c", "c2p"], "pooler_hidden_act": "gelu",
        "norm_rel_ebd": "layer_norm", "position_biased_input": False, "type_vocab_size": 0, "layer_norm_eps": EPSILON,
        "pad_token_id": 0, "vocab_size": _tokenizer().get_vocab_size(), "pooler_hidden_size": HIDDEN,
        "id2label": {str(place): name for place, name in enumerate(names)},
        "label2id": {name: place for place, name in enumerate(names)},
    }  # fmt: skip
    (folder / "config.json").write_text(json.dumps({**settings, **config}))
    save_file(_weights(settings["vocab_size"], labels, seed), str(folder / "model.safetensors"))
    return folder


def tell(folder: Path, *, word: str = ATTACK, labels: int = 2, positions: int = 512, **config: Any) -> Path:
    """Write a model that finds a word wherever it stands in a window.

    Its layers let all but one number through: tokens of the word carry a mark, attention adds it up, and the head
    reads it from the first token.
    """
    make(folder, labels=labels, positions=positions, **config)
    path = str(folder / "model.safetensors")
    weights = {name: np.zeros_like(value) for name, value in load_file(path).items()}
    for name in weights:
        if name.endswith("LayerNorm.weight"):
            weights[name] += 1
    vocabulary = Tokenizer.from_file(str(folder / "tokenizer.json")).get_vocab()
    words = weights["deberta.embeddings.word_embeddings.weight"]
    words[:, 0], words[:, 1] = 1, -1
    for token in (word, f"▁{word}"):
        words[vocabulary[token], 2], words[vocabulary[token], 3] = 3, -3
    attention = "deberta.encoder.layer.0.attention"
    # Keys of the word are marked, and queries of all tokens look for the mark.
    weights[f"{attention}.self.query_proj.bias"][:] = 8
    weights[f"{attention}.self.key_proj.weight"][:, 2] = 8
    weights[f"{attention}.self.value_proj.weight"][2, 2] = 4
    weights[f"{attention}.output.dense.weight"][2, 2] = 10
    weights["pooler.dense.weight"][2, 2] = 1
    weights["classifier.weight"][-1, 2] = 20
    weights["classifier.bias"][-1] = -20
    save_file(weights, path)
    return folder


def logits(folder: Path, ids: Sequence[int]) -> Any:
    """Return the logits for the tokens of one text."""
    weights = load_file(str(folder / "model.safetensors"))
    config = json.loads((folder / "config.json").read_text())
    inner = {name.removeprefix("deberta."): value for name, value in weights.items()}
    value = _norm(inner, "embeddings.LayerNorm", inner["embeddings.word_embeddings.weight"][list(ids)])
    table = _norm(inner, "encoder.LayerNorm", inner["encoder.rel_embeddings.weight"])
    rows = np.array([[_row(i - j, config) for j in range(len(ids))] for i in range(len(ids))])
    for layer in range(config["num_hidden_layers"]):
        value = _layer(inner, f"encoder.layer.{layer}", value, table, rows)
    return _linear(weights, "classifier", _gelu(_linear(weights, "pooler.dense", value[0])))


def _row(distance: int, config: dict[str, Any]) -> int:
    """Return the row of the table of distances: near ones have their own, far ones share one with their neighbours."""
    buckets, positions = config["position_buckets"], config["max_position_embeddings"]
    middle = buckets // 2
    row = distance
    if abs(distance) > middle:
        far = math.log(abs(distance) / middle) / math.log((positions - 1) / middle) * (middle - 1)
        row = int(math.copysign(math.ceil(far - 1e-9) + middle, distance))
    return min(max(row + buckets, 0), 2 * buckets - 1)


def _layer(weights: dict[str, Any], name: str, value: Any, table: Any, rows: Any) -> Any:
    own = f"{name}.attention.self"
    count = len(value)
    heads = lambda part, of: _linear(weights, f"{own}.{part}_proj", of).reshape(len(of), HEADS, -1)
    query, key, values = (heads(part, value) for part in ("query", "key", "value"))
    far_key, far_query = heads("key", table), heads("query", table)
    seen = np.zeros_like(values)
    for head in range(HEADS):
        scores = query[:, head] @ key[:, head].T
        for i in range(count):
            for j in range(count):
                scores[i, j] += query[i, head] @ far_key[rows[i, j], head] + key[j, head] @ far_query[rows[i, j], head]
        scores /= math.sqrt(3 * HIDDEN / HEADS)
        shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
        seen[:, head] = shares / shares.sum(axis=-1, keepdims=True) @ values[:, head]
    dense = _linear(weights, f"{name}.attention.output.dense", seen.reshape(count, HIDDEN))
    value = _norm(weights, f"{name}.attention.output.LayerNorm", value + dense)
    wide = _gelu(_linear(weights, f"{name}.intermediate.dense", value))
    return _norm(weights, f"{name}.output.LayerNorm", value + _linear(weights, f"{name}.output.dense", wide))


def _linear(weights: dict[str, Any], name: str, value: Any) -> Any:
    return value @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]


def _gelu(value: Any) -> Any:
    return value * 0.5 * (1 + np.vectorize(math.erf)(value / math.sqrt(2)))


def _norm(weights: dict[str, Any], name: str, value: Any) -> Any:
    centred = value - value.mean(axis=-1, keepdims=True)
    scaled = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + EPSILON)
    return scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"]


def _tokenizer() -> Tokenizer:
    """Return a tokenizer of the kind Prompt Guard has: pieces of words by their probability, blanks as “▁”."""
    letters = [*map(chr, range(33, 127)), "▁"]
    pieces = [(word, -1.0 - 0.01 * place) for place, word in enumerate((*WORDS, *INNER_WORDS))] + [
        (each, -10.0) for each in letters
    ]
    made = Tokenizer(models.Unigram([*((each, 0.0) for each in SPECIAL), *pieces], unk_id=3))
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    made.decoder = decoders.Metaspace()
    made.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", None, [("[CLS]", 1), ("[SEP]", 2)])
    return made


def _weights(words: int, labels: int, seed: int) -> dict[str, Any]:
    shapes: dict[str, tuple[int, ...]] = {
        "deberta.embeddings.word_embeddings.weight": (words, HIDDEN),
        "deberta.encoder.rel_embeddings.weight": (2 * BUCKETS, HIDDEN),
        **_normed("deberta.embeddings.LayerNorm"),
        **_normed("deberta.encoder.LayerNorm"),
        **_dense("pooler.dense", HIDDEN, HIDDEN),
        **_dense("classifier", labels, HIDDEN),
    }
    for layer in range(LAYERS):
        name = f"deberta.encoder.layer.{layer}"
        for part in ("query", "key", "value"):
            shapes.update(_dense(f"{name}.attention.self.{part}_proj", HIDDEN, HIDDEN))
        shapes.update(_dense(f"{name}.attention.output.dense", HIDDEN, HIDDEN))
        shapes.update(_normed(f"{name}.attention.output.LayerNorm"))
        shapes.update(_dense(f"{name}.intermediate.dense", INNER, HIDDEN))
        shapes.update(_dense(f"{name}.output.dense", HIDDEN, INNER))
        shapes.update(_normed(f"{name}.output.LayerNorm"))
    random = np.random.default_rng(seed)
    spread = lambda shape: random.normal(0, 0.3, shape).astype(np.float32)
    return {name: spread(shape) + (1 if name.endswith("Norm.weight") else 0) for name, shape in shapes.items()}


def _dense(name: str, outputs: int, inputs: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (outputs, inputs), f"{name}.bias": (outputs,)}


def _normed(name: str) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (HIDDEN,), f"{name}.bias": (HIDDEN,)}
