"""The graph computes what DeBERTa does: by a plain account of it in numpy, and by transformers where it is there."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest

from app.engine.inference.embeddings.classifier_folder import read_classifier
from app.engine.inference.embeddings.deberta_graph import build, distance_rows
from tests.fakes.tiny_deberta import logits, make

LENGTHS = (2, 3, 5, 9, 31, 64)


def run(folder: Path, target: Path, texts: list[list[int]]) -> Any:
    shape = read_classifier(folder)
    build(folder, shape, target)
    width = max(map(len, texts))
    ids, mask = np.zeros((2, len(texts), width), np.int32)
    for row, each in enumerate(texts):
        ids[row, : len(each)], mask[row, : len(each)] = each, 1
    rows, turned = distance_rows(width, shape)
    session = onnxruntime.InferenceSession(str(target), providers=["CPUExecutionProvider"])
    feeds = {"input_ids": ids, "attention_mask": mask, "distances": rows, "distances.reversed": turned}
    return session.run(None, feeds)[0]


def some_tokens(length: int) -> list[int]:
    return [1, *np.random.default_rng(length).integers(3, 60, length - 2).tolist(), 2]


@pytest.mark.parametrize("labels", [2, 3])
@pytest.mark.parametrize("norm", ["layer_norm", "none"])
def test_it_computes_what_is_written_down(tmp_path: Path, labels: int, norm: str) -> None:
    folder = make(tmp_path / "m", labels=labels, norm_rel_ebd="layer_norm")
    texts = [some_tokens(length) for length in LENGTHS]
    made = run(folder, tmp_path / "m.onnx", texts)
    expected = np.array([logits(folder, text) for text in texts])
    assert made.shape == (len(texts), labels)
    assert np.abs(made - expected).max() < 1e-4
    if norm == "none":
        other = run(make(tmp_path / "n", labels=labels, norm_rel_ebd=norm), tmp_path / "n.onnx", texts)
        assert np.abs(made - other).max() > 1e-3


@pytest.mark.parametrize("config", [{}, {"norm_rel_ebd": "none"}, {"max_relative_positions": 20}])
@pytest.mark.skipif(find_spec("transformers") is None or find_spec("torch") is None, reason="transformers is missing")
@pytest.mark.filterwarnings("ignore")
def test_it_computes_what_transformers_does(tmp_path: Path, config: dict[str, Any]) -> None:
    import torch
    from transformers import DebertaV2ForSequenceClassification

    folder = make(tmp_path / "m", **config)
    model = DebertaV2ForSequenceClassification.from_pretrained(str(folder)).eval()
    for length in LENGTHS:
        text = some_tokens(length)
        with torch.no_grad():
            theirs = model(input_ids=torch.tensor([text])).logits.numpy()
        assert np.abs(run(folder, tmp_path / "m.onnx", [text]) - theirs).max() < 1e-4


def test_rows_of_distances(tmp_path: Path) -> None:
    shape = read_classifier(make(tmp_path / "m", position_buckets=8, max_relative_positions=32))
    rows, turned = distance_rows(40, shape)
    assert len(rows) == 79 and (rows[::-1] == turned).all()
    assert rows[39] == 8 and rows[39 - 4 : 39 + 5].tolist() == [12, 11, 10, 9, 8, 7, 6, 5, 4]
    assert rows.max() == 15 and rows.min() == 0
    assert (np.diff(rows) <= 0).all()
    assert rows[39 - 31] == 8 + 7  # the furthest distance is the last bucket, neither more nor less
