"""A model's folder is described by its small files; what cannot be run is refused with the reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.engine.domain.errors import InvalidRequest
from app.engine.inference.embeddings.folder import describe, read_shape
from app.engine.inference.embeddings.known import builtin_folder
from tests.fakes.tiny_bert import HIDDEN, POSITIONS, make


def test_the_default_model() -> None:
    shape = read_shape(builtin_folder())
    assert (shape.hidden, shape.layers, shape.heads, shape.pooling, shape.max_tokens) == (384, 6, 12, "mean", 256)
    assert (shape.first_position, shape.pad_token, shape.classifier, shape.activation) == (0, 0, False, "gelu")


def test_families(tmp_path: Path) -> None:
    bert = read_shape(make(tmp_path / "bert", pooling="cls"))
    assert (bert.pooling, bert.max_tokens, bert.first_position, bert.prefix) == ("cls", POSITIONS, 0, "")
    roberta = read_shape(make(tmp_path / "roberta", family="roberta"))
    assert (roberta.pooling, roberta.max_tokens, roberta.first_position) == ("mean", POSITIONS - 2, 2)
    assert read_shape(make(tmp_path / "ranks", classifier=True)).classifier


def test_a_description(tmp_path: Path) -> None:
    folder = make(tmp_path / "tiny")
    model = describe(folder)
    assert (model.id, model.kind, model.dimension, model.max_tokens) == ("tiny", "embedding", HIDDEN, POSITIONS)
    assert (model.source, model.path, model.tokenizer) == ("folder", str(folder), str(folder / "tokenizer.json"))
    assert model.size_bytes == (folder / "model.safetensors").stat().st_size
    ranks = describe(make(tmp_path / "ranks", classifier=True), "own/name", licence="mit")
    assert (ranks.id, ranks.kind, ranks.dimension, ranks.licence) == ("own/name", "rerank", 0, "mit")


def test_the_hash_is_that_of_what_makes_vectors(tmp_path: Path) -> None:
    first = describe(make(tmp_path / "a")).sha256
    assert describe(make(tmp_path / "b")).sha256 == first
    others = [describe(make(tmp_path / "c", seed=2)), describe(make(tmp_path / "d", pooling="cls"))]
    (tmp_path / "b" / "sentence_bert_config.json").write_text('{"max_seq_length": 16}')
    shorter = describe(tmp_path / "b")
    assert shorter.max_tokens == 16
    assert len({first, *(model.sha256 for model in others), shorter.sha256}) == 4


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"model_type": "llama"}, "family “llama”"),
        ({"model_type": None}, "cannot be used"),
        ({"position_embedding_type": "relative_key"}, "variant"),
        ({"hidden_act": "relu"}, "variant"),
    ],
)
def test_what_cannot_be_run_is_refused(tmp_path: Path, config: dict[str, Any], words: str) -> None:
    folder = make(tmp_path / "tiny", **config)
    with pytest.raises(InvalidRequest, match=words):
        read_shape(folder)


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "config.json"])
def test_missing_files_are_told(tmp_path: Path, name: str) -> None:
    folder = make(tmp_path / "tiny")
    (folder / name).unlink()
    with pytest.raises(InvalidRequest):
        describe(folder)


@pytest.mark.parametrize("content", ["{", "\udcff", "[]", "{}", '{"model_type": "bert", "hidden_act": "gelu"}'])
def test_a_broken_description_is_told(tmp_path: Path, content: str) -> None:
    folder = make(tmp_path / "tiny")
    (folder / "config.json").write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(InvalidRequest):
        describe(folder)


def test_numbers_that_are_none_are_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest):
        read_shape(make(tmp_path / "tiny", hidden_size="wide"))


def test_other_poolings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="pooling_mode_max_tokens"):
        read_shape(make(tmp_path / "tiny", pooling="max"))


def test_models_without_a_pooling_use_the_mean(tmp_path: Path) -> None:
    folder = make(tmp_path / "tiny", pooling="cls")
    (folder / "1_Pooling" / "config.json").write_text(json.dumps({}))
    assert read_shape(folder).pooling == "mean"
