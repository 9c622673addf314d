"""A model run by ONNX Runtime: texts to vectors, or pairs to scores. Runs in the embedder process only."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from app.engine.inference.embeddings import graph
from app.engine.inference.embeddings.folder import Shape, read_shape

# Small batches of texts of like length waste the least on padding, and let a query in between.
BATCH = 8
_OPSETS_APART = f"v{graph.VERSION}-{onnxruntime.__version__}"


class OnnxModel:
    """A loaded model. Safe to call from several threads."""

    def __init__(self, folder: Path, cache: Path, *, exact: bool = False, threads: int = 0) -> None:
        self.shape = read_shape(folder)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(self.shape.max_tokens)
        self._tokenizer.no_padding()
        path = exported(folder, self.shape, cache, exact=exact)
        self._session = open_session(path, threads)

    @property
    def dimension(self) -> int:
        """The length of a vector; 0 for a cross-encoder."""
        return 0 if self.shape.classifier else self.shape.hidden

    @property
    def max_tokens(self) -> int:
        """What is read of one text."""
        return self.shape.max_tokens

    def embed(self, texts: Sequence[str]) -> tuple[bytes, int]:
        """Return vectors as float32 in the order of the texts, and the tokens that were read."""
        encoded = self._tokenizer.encode_batch(list(texts))
        vectors = np.empty((len(texts), self.shape.hidden), np.float32)
        for places, outputs in self._run(encoded):
            vectors[places] = outputs
        return vectors.tobytes(), sum(len(each.ids) for each in encoded)

    def score(self, query: str, texts: Sequence[str]) -> list[float]:
        """Return how well each text answers a query, 0 to 1."""
        encoded = self._tokenizer.encode_batch([(query, text) for text in texts])
        scores = np.empty(len(texts), np.float32)
        for places, outputs in self._run(encoded):
            scores[places] = 1 / (1 + np.exp(-outputs[:, 0]))
        return [float(score) for score in scores]

    def _run(self, encoded: Sequence[Any]) -> Iterator[tuple[list[int], Any]]:
        """Yield places and outputs, longest texts first."""
        order = sorted(range(len(encoded)), key=lambda place: -len(encoded[place].ids))
        for begin in range(0, len(order), BATCH):
            places = order[begin : begin + BATCH]
            inputs = self._inputs([encoded[place] for place in places])
            yield places, self._session.run(None, inputs)[0]

    def _inputs(self, some: Sequence[Any]) -> dict[str, Any]:
        width = max(len(each.ids) for each in some)
        shape = (len(some), width)
        ids = np.full(shape, self.shape.pad_token, np.int32)
        types, mask = np.zeros(shape, np.int32), np.zeros(shape, np.int32)
        for row, each in enumerate(some):
            length = len(each.ids)
            ids[row, :length] = each.ids
            types[row, :length] = each.type_ids
            mask[row, :length] = 1
        positions = np.broadcast_to(np.arange(width, dtype=np.int32) + self.shape.first_position, shape)
        if self.shape.first_position:
            types[:] = 0  # RoBERTa knows one kind only
        return {
            "input_ids": ids,
            "token_types": types,
            "positions": np.ascontiguousarray(positions),
            "attention_mask": mask,
        }


def open_session(path: Path, threads: int) -> Any:
    """Return a graph ready to run on the processor; `threads` 0 lets the machine decide."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or _threads()
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Threads that spin while they wait collapse as soon as another program wants the cores.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def exported(folder: Path, shape: Shape, cache: Path, *, exact: bool) -> Path:
    """Return the graph of a model from the cache, made at first use."""
    stem = cache_stem(folder)
    cache.mkdir(mode=0o700, parents=True, exist_ok=True)
    whole, small = cache / f"{stem}.f32.onnx", cache / f"{stem}.int8.onnx"
    wanted = whole if exact else small
    if not wanted.exists():
        temporary = cache / f".{stem}.{os.getpid()}.onnx"
        try:
            graph.build(folder, shape, temporary)
            if exact:
                os.replace(temporary, whole)
            else:
                graph.quantise(temporary, small)
        finally:
            temporary.unlink(missing_ok=True)
    return wanted


def cache_stem(folder: Path) -> str:
    """Return what the exports of a folder's weights, as they are now, are called."""
    stat = (folder / "model.safetensors").stat()
    key = f"{folder}\0{stat.st_size}\0{stat.st_mtime_ns}\0{_OPSETS_APART}"
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()[:24]


def _threads() -> int:
    """One core stays free on machines that have more than two, for the window and the models."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, cores - 1 if cores > 2 else cores)
