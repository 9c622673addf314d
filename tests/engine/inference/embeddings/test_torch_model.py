"""sentence-transformers as an extra: refused in words where it is missing, equal to the exact graph where it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.engine.domain.errors import ModelLoadFailed
from app.engine.inference.embeddings import torch_model
from app.engine.inference.embeddings.known import builtin_folder
from app.engine.inference.embeddings.onnx_model import OnnxModel
from app.engine.inference.embeddings.selection import cosines


def test_without_the_extra_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch_model, "find_spec", lambda _name: None)
    with pytest.raises(ModelLoadFailed, match="not installed") as caught:
        torch_model.TorchModel(builtin_folder())
    assert "dev.py extra torch" in caught.value.hint


@pytest.mark.skipif(not torch_model.is_installed(), reason="the extra “torch” is not installed")
@pytest.mark.filterwarnings("ignore")
def test_its_vectors_are_those_of_the_exact_graph(tmp_path: Path) -> None:
    texts = ["The farrier trims the hooves.", "short", "A longer text about nothing. " * 60]
    model = torch_model.TorchModel(builtin_folder(), threads=1)
    theirs, tokens = model.embed(texts)
    ours, counted = OnnxModel(builtin_folder(), tmp_path, exact=True).embed(texts)
    assert cosines(theirs, ours, len(texts))[1] > 0.9999
    assert tokens == counted
