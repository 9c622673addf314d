"""A model run by sentence-transformers and PyTorch, where that extra is installed. Runs in the embedder process only.

It is what most models are published for, and the slowest and largest way to run them on a processor.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from app.engine.domain.errors import ModelLoadFailed
from app.engine.inference.embeddings.folder import read_shape

BATCH = 8


def is_installed() -> bool:
    """Tell whether the extra is there, without importing it."""
    return find_spec("sentence_transformers") is not None and find_spec("torch") is not None


class TorchModel:
    """A loaded model."""

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        if not is_installed():
            raise ModelLoadFailed(
                "sentence-transformers is not installed.", hint="Install it with: python3 dev.py extra torch"
            )
        os.environ["HF_HUB_OFFLINE"] = "1"  # a folder is whole, or it is not used
        import torch
        from sentence_transformers import CrossEncoder, SentenceTransformer

        if threads:
            torch.set_num_threads(threads)
        self.shape = read_shape(folder)
        kind: Any = CrossEncoder if self.shape.classifier else SentenceTransformer
        self._model = kind(str(folder), device="cpu", trust_remote_code=False)

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
        vectors = self._model.encode(
            list(texts), batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
        )
        lengths = self._model.tokenizer(list(texts), truncation=True, max_length=self.max_tokens)["input_ids"]
        return vectors.astype("<f4").tobytes(), sum(map(len, lengths))

    def score(self, query: str, texts: Sequence[str]) -> list[float]:
        """Return how well each text answers a query, 0 to 1."""
        import torch

        pairs = [(query, text) for text in texts]
        scores = self._model.predict(pairs, activation_fn=torch.nn.Sigmoid(), show_progress_bar=False)
        return [float(score) for score in scores]
