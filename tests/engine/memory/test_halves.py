"""Vectors as float16: half the bytes, the same numbers as far as it goes."""

from __future__ import annotations

import struct

import pytest

from app.engine.domain.embeddings import Vectors
from app.engine.memory.halves import to_halves


def test_each_vector_is_halved_in_order() -> None:
    vectors = Vectors(3, struct.pack("<6f", 1, 0.5, -0.25, 0.333333, 0, -1))
    first, second = to_halves(vectors)
    assert len(first) == 6
    assert struct.unpack("<3e", first) == (1, 0.5, -0.25)
    assert struct.unpack("<3e", second) == pytest.approx((0.333333, 0, -1), abs=1e-3)


def test_nothing_stays_nothing() -> None:
    assert to_halves(Vectors(0, b"")) == []
    assert to_halves(Vectors(4, b"")) == []
