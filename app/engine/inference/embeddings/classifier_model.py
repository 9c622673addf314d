"""A classifier run by ONNX Runtime: texts to probabilities of labels by windows. Runs in the embedder process only."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from app.engine.domain.errors import ModelLoadFailed
from app.engine.inference.embeddings import deberta_graph
from app.engine.inference.embeddings.classifier_folder import GRAPH, WEIGHTS, ClassifierShape, read_classifier
from app.engine.inference.embeddings.onnx_model import cache_stem, open_session
from app.engine.inference.embeddings.spacing import is_drawn_out, rejoined, without_blanks
from app.engine.inference.embeddings.wire import Window

# Tokens that two windows share, so that nothing is cut in two for both.
OVERLAP = 64
# Attention takes memory with the square of a window's length; so many tokens are judged at once.
_TOKENS_AT_ONCE = 1024
# A tokenizer gets texts without blanks in pieces, because some give up on very long words.
_PIECE = 2000


class ClassifierModel:
    """A loaded classifier."""

    def __init__(self, folder: Path, cache: Path, *, threads: int = 0) -> None:
        self.shape = read_classifier(folder)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._pieces = Tokenizer.from_str(self._tokenizer.to_str())
        limit = self.shape.max_tokens
        self._tokenizer.enable_truncation(limit, stride=min(OVERLAP, limit // 8))
        self._session = open_session(_graph(folder, self.shape, cache), threads)
        self._types = {each.name: each.type for each in self._session.get_inputs()}
        (output,) = self._session.get_outputs()[:1]
        if output.shape[-1] not in (len(self.shape.labels), None) and isinstance(output.shape[-1], int):
            raise ModelLoadFailed("The graph has other labels than config.json says.")

    @property
    def max_tokens(self) -> int:
        """What one window holds."""
        return self.shape.max_tokens

    def classify(self, texts: Sequence[str]) -> Iterator[tuple[Window, ...]]:
        """Yield the windows of all texts with the probabilities of their labels, some at a time."""
        waiting = [(place, encoded) for place, text in enumerate(texts) for encoded in self._windows(text)]
        waiting.sort(key=lambda each: len(each[1].ids))
        while waiting:
            count = max(1, _TOKENS_AT_ONCE // len(waiting[-1][1].ids))
            some, waiting = waiting[-count:], waiting[:-count]
            yield self._judge(some)

    def _windows(self, text: str) -> list[Any]:
        """Return the windows of a text, and those of its words where they were drawn out with blanks."""
        encoded = self._tokenizer.encode(text)
        found = [encoded, *encoded.overflowing]
        if is_drawn_out(text):
            encoded = self._tokenizer.encode(self._rejoined(text))
            found += [encoded, *encoded.overflowing]
        return found

    def _rejoined(self, text: str) -> str:
        whole, gaps = without_blanks(text)
        starts = []
        for begin in range(0, len(whole), _PIECE):
            offsets = self._pieces.encode(whole[begin : begin + _PIECE], add_special_tokens=False).offsets
            starts += [begin + start for start, _end in offsets]
        return rejoined(whole, gaps, starts)

    def _judge(self, some: Sequence[tuple[int, Any]]) -> tuple[Window, ...]:
        logits = self._session.run(None, self._inputs([encoded.ids for _place, encoded in some]))[0]
        powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
        shares = powers / powers.sum(axis=-1, keepdims=True)
        return tuple(
            Window(text=place, probabilities=tuple(map(float, row)))
            for (place, _encoded), row in zip(some, shares, strict=True)
        )

    def _inputs(self, some: Sequence[Sequence[int]]) -> dict[str, Any]:
        """Return what the graph wants to know, whether it was made here or came with the model."""
        width = max(map(len, some))
        ids = np.full((len(some), width), self.shape.pad_token, np.int64)
        mask = np.zeros((len(some), width), np.int64)
        for row, each in enumerate(some):
            ids[row, : len(each)] = each
            mask[row, : len(each)] = 1
        keys_first, queries_first = deberta_graph.distance_rows(width, self.shape)
        known = {
            deberta_graph.TOKENS: ids,
            deberta_graph.MASK: mask,
            deberta_graph.KEYS_FIRST: keys_first,
            deberta_graph.QUERIES_FIRST: queries_first,
            "token_type_ids": np.zeros_like(ids),
        }
        numbers = {"tensor(int64)": np.int64, "tensor(int32)": np.int32}
        return {name: known[name].astype(numbers[kind]) for name, kind in self._types.items()}


def _graph(folder: Path, shape: ClassifierShape, cache: Path) -> Path:
    """Return the graph that came with the model, else one made from its weights at first use."""
    if not (folder / WEIGHTS).exists():
        return folder / GRAPH
    cache.mkdir(mode=0o700, parents=True, exist_ok=True)
    stem = cache_stem(folder)
    made = cache / f"{stem}.deberta{deberta_graph.VERSION}.onnx"
    if not made.exists():
        temporary = cache / f".{stem}.{os.getpid()}.onnx"
        try:
            deberta_graph.build(folder, shape, temporary)
            os.replace(temporary, made)
        finally:
            temporary.unlink(missing_ok=True)
    return made
