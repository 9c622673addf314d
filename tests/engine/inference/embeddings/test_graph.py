"""The graph that is built computes what the model is defined to compute; quantised, nearly so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest

from app.engine.inference.embeddings.folder import read_shape
from app.engine.inference.embeddings.graph import build, quantise
from app.engine.inference.embeddings.onnx_model import OnnxModel
from tests.fakes.tiny_bert import embed, make, score

TEXTS = ("The owl hunts by night.", "hens", "A llama eats hay in the old barn, and sleeps by day.", "", "owl " * 30)


@pytest.mark.parametrize("family", ["bert", "roberta"])
@pytest.mark.parametrize("pooling", ["mean", "cls"])
def test_vectors_are_those_of_the_model(tmp_path: Path, family: str, pooling: str) -> None:
    folder = make(tmp_path / "tiny", family=family, pooling=pooling)
    model = OnnxModel(folder, tmp_path / "cache", exact=True, threads=1)
    data, _ = model.embed(TEXTS)
    found = np.frombuffer(data, np.float32).reshape(len(TEXTS), -1)
    assert np.abs(found - embed(folder, TEXTS)).max() < 1e-4


@pytest.mark.parametrize("family", ["bert", "roberta"])
def test_scores_are_those_of_the_cross_encoder(tmp_path: Path, family: str) -> None:
    folder = make(tmp_path / "tiny", family=family, classifier=True)
    model = OnnxModel(folder, tmp_path / "cache", exact=True, threads=1)
    expected = score(folder, "owl?", TEXTS)
    assert model.score("owl?", TEXTS) == pytest.approx(expected, abs=1e-4)
    assert len({round(value, 3) for value in expected}) > 2


def test_quantised_weights_are_bytes_and_replace_at_once(tmp_path: Path) -> None:
    folder = make(tmp_path / "tiny")
    whole, small = tmp_path / "whole.onnx", tmp_path / "small.onnx"
    build(folder, read_shape(folder), whole)
    small.write_text("older")
    quantise(whole, small)
    kinds = {node.op_type for node in onnx.load(str(small)).graph.node}
    assert "QAttention" in kinds and "MatMul" not in kinds and "Attention" not in kinds
    assert sorted(path.name for path in tmp_path.iterdir()) == ["small.onnx", "tiny", "whole.onnx"]


def test_a_failure_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(Exception):  # noqa: B017 - whatever the library raises
        quantise(tmp_path / "nowhere.onnx", tmp_path / "small.onnx")
    assert list(tmp_path.iterdir()) == []
