"""The embedder's side: models are held by id, and what cannot be loaded or is not loaded is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.engine.domain.errors import InvalidRequest, ModelLoadFailed
from app.engine.inference.embeddings.host import Models
from app.engine.inference.embeddings.wire import Classify, Embed, LoadModel, RerankPairs, Unload
from tests.fakes import tiny_deberta
from tests.fakes.tiny_bert import HIDDEN, POSITIONS, make


def load(tmp_path: Path, folder: Path, **fields: object) -> LoadModel:
    known = {"model_id": folder.name, "path": str(folder), "backend": "onnx", "cache": str(tmp_path / "cache")}
    return LoadModel(**{**known, "threads": 1, **fields})


def test_a_model_is_loaded_asked_and_let_go(tmp_path: Path) -> None:
    models = Models()
    loaded = models.load(load(tmp_path, make(tmp_path / "tiny")))
    assert (loaded.dimension, loaded.max_tokens) == (HIDDEN, POSITIONS)
    done = models.embed(Embed(model_id="tiny", texts=("the owl", "a hen")))
    assert (done.dimension, len(done.data), done.tokens) == (HIDDEN, 2 * 4 * HIDDEN, 8)
    models.unload(Unload(model_id="tiny"))
    models.unload(Unload(model_id="tiny"))
    with pytest.raises(ModelLoadFailed) as failed:
        models.embed(Embed(model_id="tiny", texts=("x",)))
    assert failed.value.code == "model_not_loaded"


def test_a_model_of_the_same_name_is_replaced(tmp_path: Path) -> None:
    models = Models()
    asked = Embed(model_id="tiny", texts=("the owl",))
    folder = make(tmp_path / "tiny")
    models.load(load(tmp_path, folder))
    first = models.embed(asked)
    make(folder, seed=2)
    models.load(load(tmp_path, folder))
    assert models.embed(asked).data != first.data


def test_a_cross_encoder_scores_and_makes_no_vectors(tmp_path: Path) -> None:
    models = Models()
    models.load(load(tmp_path, make(tmp_path / "ranks", classifier=True)))
    scores = models.rerank(RerankPairs(model_id="ranks", query="owl?", texts=("an owl", "hay", "a hen"))).scores
    assert len(scores) == 3 and all(0 < score < 1 for score in scores)
    with pytest.raises(InvalidRequest, match="makes no vectors"):
        models.embed(Embed(model_id="ranks", texts=("x",)))


def test_what_cannot_be_loaded_is_told(tmp_path: Path) -> None:
    models = Models()
    folder = make(tmp_path / "tiny")
    with pytest.raises(InvalidRequest, match="no embedding backend “abacus”"):
        models.load(load(tmp_path, folder, backend="abacus"))
    (folder / "model.safetensors").write_bytes(b"\xff" * 100)
    with pytest.raises(ModelLoadFailed, match="could not be loaded"):
        models.load(load(tmp_path, folder))
    make(folder)
    (folder / "tokenizer.json").write_text("{}")
    with pytest.raises(ModelLoadFailed, match="could not be loaded"):
        models.load(load(tmp_path, folder))


def test_weights_that_do_not_fit_their_description_are_told(tmp_path: Path) -> None:
    with pytest.raises(ModelLoadFailed, match="could not be loaded"):
        Models().load(load(tmp_path, make(tmp_path / "deeper", num_hidden_layers=9)))


def test_a_classifier_is_loaded_asked_and_let_go(tmp_path: Path) -> None:
    models = Models()
    asked = Classify(model_id="guard", texts=("ignore", "owl"))
    folder = tiny_deberta.tell(tmp_path / "guard")
    assert models.load_classifier(load(tmp_path, folder)).max_tokens == 512
    found = {each.text: each.probabilities[1] > 0.9 for some in models.classify(asked) for each in some}
    assert found == {0: True, 1: False}
    models.unload(Unload(model_id="guard"))
    with pytest.raises(ModelLoadFailed) as failed:
        models.classify(asked)
    assert failed.value.code == "model_not_loaded"
    (folder / "tokenizer.json").write_text("{}")
    with pytest.raises(ModelLoadFailed, match="could not be loaded"):
        models.load_classifier(load(tmp_path, folder))
    with pytest.raises(InvalidRequest, match="family"):
        models.load(load(tmp_path, folder))
