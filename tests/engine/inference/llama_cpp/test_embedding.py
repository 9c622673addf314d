"""GGUF embedding models: the vectors are those of the same weights run exactly."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.engine.domain.errors import InvalidRequest, ModelLoadFailed
from app.engine.inference.embeddings.known import builtin_folder
from app.engine.inference.embeddings.onnx_model import OnnxModel
from app.engine.inference.embeddings.selection import cosines
from app.engine.inference.llama_cpp.embedding import GgufEmbedder
from app.engine.inference.model_files import find_starter
from tests.fakes.bert_gguf import write_bert_gguf

TEXTS = ["The farrier trims the hooves.", "Revenue rose by twelve percent.", "short", "naïve café " * 40]


@pytest.fixture(scope="module")
def minilm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_bert_gguf(builtin_folder(), tmp_path_factory.mktemp("gguf") / "minilm.gguf")


def test_vectors_are_those_of_the_exact_graph(minilm: Path, tmp_path: Path) -> None:
    embedder = GgufEmbedder(minilm, threads=1)
    assert (embedder.dimension, embedder.max_tokens) == (384, 512)
    ours, tokens = embedder.embed(TEXTS)
    exact, counted = OnnxModel(builtin_folder(), tmp_path, exact=True).embed(TEXTS)
    mean, worst = cosines(exact, ours, len(TEXTS))
    assert worst > 0.999, (mean, worst)
    assert tokens == counted


def test_it_ranks_nothing(minilm: Path) -> None:
    with pytest.raises(InvalidRequest):
        GgufEmbedder(minilm, threads=1).score("a", ["b"])


def test_a_chat_model_is_refused() -> None:
    starter = find_starter()
    assert starter is not None
    with pytest.raises(InvalidRequest, match="no embedding model"):
        GgufEmbedder(starter, threads=1)


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "broken.gguf"
    path.write_bytes(b"GGUF" + b"\0" * 100)
    with pytest.raises(ModelLoadFailed, match=r"broken\.gguf"):
        GgufEmbedder(path)
