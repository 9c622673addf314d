"""The choice of an implementation: exact enough first, then fast; remembered as long as the versions stay."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

import pytest

from app.engine.domain.errors import ModelLoadFailed
from app.engine.inference.embeddings import selection
from app.engine.inference.embeddings.selection import choose, cosines


class Counted:
    """Implementations of two-dimensional vectors that count how often they are loaded. `turned` is the angle off."""

    def __init__(self) -> None:
        self.loads = 0

    def make(self, *, turned: float = 0.0, slow: int = 0, fails: bool = False) -> selection.Load:
        def run(texts: Sequence[str]) -> tuple[bytes, int]:
            for _ in range(slow):
                sum(range(20_000))
            vector = struct.pack("<2f", (1 - turned**2) ** 0.5, turned)
            return vector * len(texts), len(texts)

        def load() -> selection.Run:
            self.loads += 1
            if fails:
                raise ImportError("not here")
            return run

        return load


def test_the_fastest_of_those_that_are_exact_is_taken(tmp_path: Path) -> None:
    made = Counted()
    candidates = {
        "onnx/exact": made.make(slow=40),
        "onnx": made.make(turned=0.05, slow=4),
        "wrong": made.make(turned=0.6),
        "missing": made.make(fails=True),
    }
    choice = choose(candidates, "onnx/exact", tmp_path, "model")
    assert (choice.backend, choice.exact) == ("onnx", False)
    assert [(each.backend, each.exact, each.fits) for each in choice.tried] == [
        ("onnx", True, True),
        ("onnx", False, True),
        ("wrong", False, False),
    ]
    assert "onnx int8" in choice.in_words() and "onnx float32" in choice.in_words()


def test_a_choice_is_remembered_until_a_library_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Counted()
    candidates = {"onnx/exact": made.make()}
    first = choose(candidates, "onnx/exact", tmp_path, "model")
    assert choose(candidates, "onnx/exact", tmp_path, "model") == first
    assert made.loads == 1
    choose(candidates, "onnx/exact", tmp_path, "another model")
    assert made.loads == 2
    monkeypatch.setattr(selection, "version", lambda _name: "9.9")
    choose(candidates, "onnx/exact", tmp_path, "model")
    assert made.loads == 3


def test_a_damaged_memory_is_made_anew(tmp_path: Path) -> None:
    made = Counted()
    choose({"onnx/exact": made.make()}, "onnx/exact", tmp_path, "model")
    next(tmp_path.glob("*.json")).write_bytes(b"{")
    choose({"onnx/exact": made.make()}, "onnx/exact", tmp_path, "model")
    assert made.loads == 2


def test_without_any_implementation_the_reasons_are_told(tmp_path: Path) -> None:
    with pytest.raises(ModelLoadFailed, match="not here"):
        choose({"onnx/exact": Counted().make(fails=True)}, "onnx/exact", tmp_path, "model")


def test_vectors_of_another_length_are_not_alike() -> None:
    assert cosines(struct.pack("<4f", 1, 0, 0, 1), struct.pack("<2f", 1, 0), 2) == (0.0, 0.0)
