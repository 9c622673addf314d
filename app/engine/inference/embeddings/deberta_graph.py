"""Builds the ONNX graph of a DeBERTa classifier from its weights. Needs no torch.

Source of the computation: “DeBERTa: Decoding-enhanced BERT with Disentangled Attention”, https://arxiv.org/abs/2006.03654,
and version 3, https://arxiv.org/abs/2111.09543. What a distance between two tokens adds to their attention does not
depend on the text, so its projections are made once, here. Runs in the embedder process only.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, helper

from app.engine.inference.embeddings.classifier_folder import ClassifierShape
from app.engine.inference.embeddings.graph import Graph

VERSION = 1
# The inputs: tokens, which of them count, and a row of the table of distances for each distance that occurs.
TOKENS, MASK, KEYS_FIRST, QUERIES_FIRST = "input_ids", "attention_mask", "distances", "distances.reversed"


class _Deberta(Graph):
    def __init__(self, folder: Path, shape: ClassifierShape) -> None:
        super().__init__(folder, shape.epsilon)
        self.shape = shape
        self.distances = self._distances()

    def integers(self, name: str, *values: int) -> str:
        """Add a list of numbers and return its name."""
        return self.constant(name, np.array(values, np.int64))

    def _distances(self) -> Any:
        """Return the table of distances as every layer uses it."""
        table = self.tensor("encoder.rel_embeddings.weight")[: 2 * self.shape.buckets]
        if not self.shape.norm_distances:
            return table
        centred = table - table.mean(axis=-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + self.epsilon)
        return scaled * self.tensor("encoder.LayerNorm.weight") + self.tensor("encoder.LayerNorm.bias")


def build(folder: Path, shape: ClassifierShape, target: Path) -> None:
    """Write the graph of a classifier as float32 to `target`; its output are logits."""
    graph = _Deberta(folder, shape)
    _prepare(graph)
    value = _embeddings(graph)
    for layer in range(shape.layers):
        value = _layer(graph, f"encoder.layer.{layer}", value)
    output = _classified(graph, value)
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT32, ["texts", "tokens"]) for name in (TOKENS, MASK)]
    inputs += [
        helper.make_tensor_value_info(name, TensorProto.INT32, ["distances"]) for name in (KEYS_FIRST, QUERIES_FIRST)
    ]
    outputs = [helper.make_tensor_value_info(output, TensorProto.FLOAT, ["texts", len(shape.labels)])]
    graph.save(inputs, outputs, target)


def distance_rows(length: int, shape: ClassifierShape) -> tuple[Any, Any]:
    """Return the rows of the table of distances for texts of a length: from the furthest behind on, and reversed."""
    distances = np.arange(length - 1, -length, -1)
    middle = shape.buckets // 2
    far = np.abs(distances).clip(max(1, middle - 1))
    logs = np.log(far / middle) / math.log((shape.furthest - 1) / middle) * (middle - 1)
    logs = np.ceil(logs - 1e-6) + middle  # what should be a whole number may lie a little above it
    rows = np.where(np.abs(distances) <= middle, distances, logs * np.sign(distances)).astype(np.int64)
    rows = (rows + shape.buckets).clip(0, 2 * shape.buckets - 1).astype(np.int32)
    return rows, np.ascontiguousarray(rows[::-1])


def _prepare(graph: _Deberta) -> None:
    """Make what all layers need: what hides padding, and the shapes that turn rows of distances into a square."""
    heads = graph.shape.heads
    mask = graph.node("Cast", [MASK], "mask", to=TensorProto.FLOAT)
    wide = graph.node("Unsqueeze", [mask, graph.integers("axes.heads.queries", 1, 2)], "mask.wide")
    less = graph.node("Sub", [wide, graph.constant("one", np.array(1, np.float32))], "mask.less")
    graph.node("Mul", [less, graph.constant("huge", np.array(1e9, np.float32))], "hidden")
    width = graph.distances.shape[1] // heads
    graph.constant("scale", np.array(1 / math.sqrt(3 * width), np.float32))
    sizes = graph.node("Shape", [TOKENS], "sizes", start=1)
    graph.node("Concat", [graph.integers("zero.heads", 0, heads), sizes, graph.integers("rest", -1)], "square", axis=0)
    graph.node("Sub", [sizes, graph.integers("first", 1)], "square.begin")
    graph.integers("square.end", -1)
    graph.integers("square.flat", 0, heads, -1)
    graph.integers("axis.2", 2)
    graph.integers("axis.3", 3)
    graph.integers("zero", 0)
    graph.integers("split", 0, 0, heads, -1)
    graph.integers("join", 0, 0, -1)


def _embeddings(graph: _Deberta) -> str:
    words = graph.constant("words", graph.tensor("embeddings.word_embeddings.weight"))
    value = graph.node("Gather", [words, TOKENS], "embedded.words")
    names = ("embeddings.LayerNorm.weight", "embeddings.LayerNorm.bias")
    parts = [graph.constant(name, graph.tensor(name)) for name in names]
    return graph.node("LayerNormalization", [value, *parts], "embedded", axis=-1, epsilon=graph.epsilon)


def _layer(graph: _Deberta, name: str, value: str) -> str:
    seen = _attention(graph, f"{name}.attention.self", value)
    dense = graph.linear(f"{name}.attention.output.dense", seen, f"{name}.attended")
    attended = graph.norm(
        f"{name}.attention.output.LayerNorm", dense, value, f"{name}.attention.output.dense.bias", f"{name}.first"
    )
    wide = graph.linear(f"{name}.intermediate.dense", attended, f"{name}.wide")
    inner = graph.constant(f"{name}.intermediate.dense.bias", graph.tensor(f"{name}.intermediate.dense.bias"))
    active = graph.node("BiasGelu", [wide, inner], f"{name}.active", fused=True)
    narrow = graph.linear(f"{name}.output.dense", active, f"{name}.narrow")
    return graph.norm(f"{name}.output.LayerNorm", narrow, attended, f"{name}.output.dense.bias", f"{name}.second")


def _attention(graph: _Deberta, name: str, value: str) -> str:
    """Return what tokens see of each other, by what they are and by how far apart they stand."""
    query, key, own = (_projected(graph, f"{name}.{part}_proj", value) for part in ("query", "key", "value"))
    content = graph.node("MatMul", [query, _turned(graph, key, f"{name}.key.turned")], f"{name}.content")
    by_query = _by_distance(graph, f"{name}.key_proj", query, KEYS_FIRST)
    by_key = _by_distance(graph, f"{name}.query_proj", key, QUERIES_FIRST)
    turned = _turned(graph, by_key, f"{name}.by.key.turned")
    scores = graph.node("Sum", [content, by_query, turned], f"{name}.scores")
    scaled = graph.node("Mul", [scores, "scale"], f"{name}.scaled")
    shown = graph.node("Add", [scaled, "hidden"], f"{name}.shown")
    shares = graph.node("Softmax", [shown], f"{name}.shares", axis=-1)
    seen = graph.node("MatMul", [shares, own], f"{name}.seen.heads")
    back = graph.node("Transpose", [seen], f"{name}.seen.back", perm=[0, 2, 1, 3])
    return graph.node("Reshape", [back, "join"], f"{name}.seen")


def _projected(graph: _Deberta, name: str, value: str) -> str:
    """Return one projection by heads: texts, heads, tokens, numbers."""
    product = graph.linear(name, value, f"{name}.product")
    added = graph.node("Add", [product, graph.constant(f"{name}.bias", graph.tensor(f"{name}.bias"))], f"{name}.sum")
    split = graph.node("Reshape", [added, "split"], f"{name}.split")
    return graph.node("Transpose", [split], f"{name}.heads", perm=[0, 2, 1, 3])


def _by_distance(graph: _Deberta, name: str, value: str, rows: str) -> str:
    """Return what each token makes of the distance to each other one.

    Row i of the products starts at the furthest distance that occurs; read as one line without its first n - 1
    numbers, and cut into lines two shorter than the rows are, the n first of each line are those of token i.
    """
    heads = graph.shape.heads
    table = graph.distances @ graph.tensor(f"{name}.weight").T + graph.tensor(f"{name}.bias")
    by_head = table.reshape(len(table), heads, -1).transpose(1, 2, 0)
    known = graph.constant(f"{name}.distances", np.ascontiguousarray(by_head))
    some = graph.node("Gather", [known, rows], f"{name}.rows", axis=2)
    products = graph.node("MatMul", [value, some], f"{name}.of.distances")
    line = graph.node("Reshape", [products, "square.flat"], f"{name}.line")
    cut = graph.node("Slice", [line, "square.begin", "square.end", "axis.2"], f"{name}.cut")
    skewed = graph.node("Reshape", [cut, "square"], f"{name}.skewed")
    return graph.node("Slice", [skewed, "zero", "sizes", "axis.3"], f"{name}.square")


def _turned(graph: _Deberta, value: str, output: str) -> str:
    return graph.node("Transpose", [value], output, perm=[0, 1, 3, 2])


def _classified(graph: _Deberta, value: str) -> str:
    first = graph.node("Gather", [value, graph.constant("first.token", np.array(0, np.int64))], "first.state", axis=1)
    weight = graph.constant("pooler.weight", graph.tensor("pooler.dense.weight", bare=True).T)
    bias = graph.constant("pooler.bias", graph.tensor("pooler.dense.bias", bare=True))
    pooled = graph.node(
        "BiasGelu", [graph.node("MatMul", [first, weight], "pooled"), bias], "pooled.active", fused=True
    )
    weight = graph.constant("classifier.weight", graph.tensor("classifier.weight", bare=True).T)
    bias = graph.constant("classifier.bias", graph.tensor("classifier.bias", bare=True))
    return graph.node("Add", [graph.node("MatMul", [pooled, weight], "classified"), bias], "logits")
