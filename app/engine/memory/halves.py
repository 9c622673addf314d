"""Vectors as they are kept: float16, which halves the disk and changes no ranking that can be measured. Pure."""

from __future__ import annotations

from app.engine.domain.embeddings import Vectors


def to_halves(vectors: Vectors) -> list[bytes]:
    """Return each vector as little-endian float16."""
    import numpy as np  # late: the engine at rest does without it

    if not vectors.dimension:
        return []
    numbers = np.frombuffer(vectors.data, dtype="<f4").reshape(-1, vectors.dimension).astype("<f2")
    return [row.tobytes() for row in numbers]
