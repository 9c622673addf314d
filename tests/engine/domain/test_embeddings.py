"""Vectors travel as bytes and come back as numbers."""

from __future__ import annotations

import struct

from app.engine.domain.embeddings import Vectors


def test_vectors_count_and_come_back() -> None:
    vectors = Vectors(3, struct.pack("<6f", 1, 0, 0, 0, 0.5, -2))
    assert len(vectors) == 2
    assert vectors.rows() == [(1, 0, 0), (0, 0.5, -2)]


def test_no_vectors() -> None:
    assert (len(Vectors(3, b"")), Vectors(3, b"").rows()) == (0, [])
    assert (len(Vectors(0, b"")), Vectors(0, b"").rows()) == (0, [])
