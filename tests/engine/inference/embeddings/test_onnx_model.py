"""The model that is installed with Paddock, quantised against exact; order, cutting, and the cache of graphs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.engine.inference.embeddings.folder import read_shape
from app.engine.inference.embeddings.known import builtin_folder
from app.engine.inference.embeddings.onnx_model import OnnxModel, exported
from tests.fakes.tiny_bert import HIDDEN, POSITIONS, make

TEXTS = (
    "The barn owl hunts mice at night.",
    "At night owls catch small rodents.",
    "The accounts are closed at the end of each quarter.",
    "A very short one.",
    "Llamas are members of the camel family that live in the Andes. " * 8,
)


def rows(model: OnnxModel, texts: tuple[str, ...]) -> np.ndarray:
    return np.frombuffer(model.embed(texts)[0], np.float32).reshape(len(texts), -1)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def test_int8_is_near_the_exact_vectors_and_knows_what_is_alike(cache: Path) -> None:
    small, exact = (rows(OnnxModel(builtin_folder(), cache, exact=each), TEXTS) for each in (False, True))
    assert np.linalg.norm(small, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-3)
    assert (small * exact).sum(axis=1).min() >= 0.98
    assert small[0] @ small[1] > 0.6 > 0.2 > small[0] @ small[2]
    graphs = {path.suffixes[-2]: path.stat().st_size for path in cache.iterdir()}
    assert set(graphs) == {".int8", ".f32"} and graphs[".int8"] < graphs[".f32"] * 0.8


def test_order_and_batches_change_nothing(tmp_path: Path) -> None:
    model = OnnxModel(make(tmp_path / "tiny"), tmp_path / "cache", exact=True, threads=1)
    texts = tuple("owl " * (number % 7) + "hen" for number in range(21))
    together = rows(model, texts)
    alone = np.concatenate([rows(model, (text,)) for text in texts])
    assert np.abs(together - alone).max() < 1e-4


def test_long_texts_are_cut_and_tokens_counted(tmp_path: Path) -> None:
    model = OnnxModel(make(tmp_path / "tiny"), tmp_path / "cache", exact=True, threads=1)
    assert (model.dimension, model.max_tokens) == (HIDDEN, POSITIONS)
    assert model.embed(("owl hunts", "hen " * 1000))[1] == 4 + POSITIONS
    found = rows(model, ("hen " * 1000, "hen " * 500))
    assert np.abs(found[0] - found[1]).max() < 1e-6


def test_a_graph_is_made_once_and_again_for_other_weights(tmp_path: Path) -> None:
    folder, cache = make(tmp_path / "tiny"), tmp_path / "cache"
    first = exported(folder, read_shape(folder), cache, exact=True)
    before = first.stat().st_mtime_ns
    assert exported(folder, read_shape(folder), cache, exact=True) == first
    assert first.stat().st_mtime_ns == before
    make(folder, seed=2)
    assert exported(folder, read_shape(folder), cache, exact=True) != first
    assert len(list(cache.iterdir())) == 2


def test_a_cross_encoder_has_no_vectors(tmp_path: Path) -> None:
    assert OnnxModel(make(tmp_path / "tiny", classifier=True), tmp_path / "cache", threads=1).dimension == 0
