"""Embeds texts with a GGUF model through llama.cpp. Runs in the embedder process only; decodes no text.

One text at a time in batches of 512 tokens: larger ones were slower by half on processors without AMX.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from app.engine.domain.errors import InvalidRequest, ModelLoadFailed

_BATCH_TOKENS = 512


class GgufEmbedder:
    """A loaded embedding model."""

    def __init__(self, path: Path, *, threads: int = 0) -> None:
        import llama_cpp

        try:
            self._model = llama_cpp.Llama(
                str(path),
                embedding=True,
                n_ctx=0,
                n_batch=_BATCH_TOKENS,
                n_ubatch=_BATCH_TOKENS,
                n_threads=threads or max(1, (os.cpu_count() or 1) - 1),
                n_gpu_layers=0,
                verbose=False,
            )
        except (ValueError, AssertionError) as error:
            raise ModelLoadFailed(f"llama.cpp cannot load {path.name}: {error}") from error
        # Annotated as text, it is the number of llama.cpp's enumeration.
        if int(self._model.pooling_type()) == llama_cpp.LLAMA_POOLING_TYPE_NONE:
            raise InvalidRequest(
                f"{path.name} is no embedding model: it does not say how to pool.",
                hint="Choose another file.",
                param="path",
            )

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return int(self._model.n_embd())

    @property
    def max_tokens(self) -> int:
        """What is read of one text."""
        return min(int(self._model.n_ctx()), _BATCH_TOKENS)

    def embed(self, texts: Sequence[str]) -> tuple[bytes, int]:
        """Return vectors as float32 in the order of the texts, and the tokens that were read."""
        import numpy as np

        vectors, total = self._model.embed(list(texts), normalize=True, truncate=True, return_count=True)
        return np.asarray(vectors, "<f4").tobytes(), int(total)

    def score(self, query: str, texts: Sequence[str]) -> list[float]:
        """Refuse: a GGUF embedding model does not rank pairs."""
        raise InvalidRequest("This model makes vectors; it does not rank texts.", param="model")
