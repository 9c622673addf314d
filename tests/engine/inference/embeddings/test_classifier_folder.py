"""Folders of classifiers: which are Prompt Guards, and what is refused with a reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.engine.domain.errors import InvalidRequest
from app.engine.inference.embeddings.classifier_folder import describe_classifier, is_classifier, read_classifier
from tests.fakes import tiny_bert
from tests.fakes.tiny_deberta import BUCKETS, HEADS, LAYERS, POSITIONS, make


def test_both_versions_are_described(tmp_path: Path) -> None:
    second = describe_classifier(make(tmp_path / "two"))
    assert (second.id, second.kind, second.labels) == ("two", "classifier", ("BENIGN", "MALICIOUS"))
    assert (second.max_tokens, second.dimension, second.source) == (POSITIONS, 0, "folder")
    assert second.size_bytes == (tmp_path / "two" / "model.safetensors").stat().st_size
    first = describe_classifier(make(tmp_path / "one", labels=3), "mine", licence="x")
    assert (first.id, first.licence, first.labels) == ("mine", "x", ("BENIGN", "INJECTION", "JAILBREAK"))
    assert first.sha256 != second.sha256 == describe_classifier(make(tmp_path / "again")).sha256


def test_the_shape(tmp_path: Path) -> None:
    shape = read_classifier(make(tmp_path / "m", norm_rel_ebd="none", pos_att_type="c2p|p2c", max_relative_positions=9))
    assert (shape.layers, shape.heads, shape.buckets, shape.furthest) == (LAYERS, HEADS, BUCKETS, 9)
    assert not shape.norm_distances
    shape = read_classifier(make(tmp_path / "m"))
    assert shape.norm_distances and shape.furthest == POSITIONS


@pytest.mark.parametrize(
    "names", [None, {"0": "LABEL_0", "1": "LABEL_1"}, {"0": "SAFE", "1": "INJECTION"}, {"0": "b", "1": "Malicious"}]
)
def test_names_of_labels_that_mean_an_attack(tmp_path: Path, names: dict[str, str] | None) -> None:
    folder = make(tmp_path / "m")
    config = json.loads((folder / "config.json").read_text())
    config.pop("id2label")
    (folder / "config.json").write_text(json.dumps({**config, **({"id2label": names} if names else {})}))
    assert read_classifier(folder).labels == tuple((names or {"0": "LABEL_0", "1": "LABEL_1"}).values())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"id2label": {"0": "negative", "1": "positive"}}, r"no Prompt Guard.*positive"),
        ({"id2label": {"0": "MALICIOUS"}}, "no Prompt Guard"),
        ({"architectures": ["DebertaV2ForTokenClassification"]}, "no Prompt Guard"),
        ({"conv_kernel_size": 3}, "variant"),
        ({"pos_att_type": ["c2p"]}, "variant"),
        ({"share_att_key": False}, "variant"),
        ({"position_biased_input": True}, "variant"),
        ({"hidden_act": "relu"}, "variant"),
        ({"position_buckets": -1}, "variant"),
        ({"num_hidden_layers": None}, "lacks numbers"),
    ],
)
def test_what_is_refused(tmp_path: Path, change: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidRequest, match=words):
        read_classifier(make(tmp_path / "m", **change))


def test_what_is_missing_is_told(tmp_path: Path) -> None:
    folder = make(tmp_path / "m")
    (folder / "model.safetensors").unlink()
    with pytest.raises(InvalidRequest, match=r"lacks model\.safetensors"):
        read_classifier(folder)
    assert read_classifier(folder, complete=False).layers == LAYERS
    (folder / "model.onnx").write_bytes(b"x")
    assert describe_classifier(folder).size_bytes == 1
    (folder / "tokenizer.json").unlink()
    with pytest.raises(InvalidRequest, match=r"tokenizer\.json"):
        read_classifier(folder)


def test_the_family(tmp_path: Path) -> None:
    assert is_classifier(make(tmp_path / "m"))
    assert not is_classifier(tiny_bert.make(tmp_path / "b", classifier=True))
    assert not is_classifier(tmp_path / "nowhere")
