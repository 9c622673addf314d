"""Vectors as they are kept: float16, which halves the disk and changes no ranking that can be measured. Pure.

Without numpy: loading it would hold up the window's thread for longer than all conversions of an hour.
"""

from __future__ import annotations

import struct

from app.engine.domain.embeddings import Vectors


def to_halves(vectors: Vectors) -> list[bytes]:
    """Return each vector as little-endian float16."""
    if not vectors.dimension:
        return []
    packed = struct.Struct(f"<{vectors.dimension}e").pack
    return [packed(*row) for row in vectors.rows()]


def from_halves(half: bytes) -> tuple[float, ...]:
    """Return the numbers of a vector of float16."""
    return struct.unpack(f"<{len(half) // 2}e", half)
