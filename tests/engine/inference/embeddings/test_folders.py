"""Folders of any kind are described, and refused before their weights are there."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.engine.domain.errors import InvalidRequest
from app.engine.inference.embeddings.folders import check, describe_any
from tests.fakes import tiny_bert, tiny_deberta


def test_each_kind(tmp_path: Path) -> None:
    folders = {
        "embedding": tiny_bert.make(tmp_path / "e"),
        "rerank": tiny_bert.make(tmp_path / "r", classifier=True),
        "classifier": tiny_deberta.make(tmp_path / "c"),
    }
    for kind, folder in folders.items():
        described = describe_any(folder, "x", licence="y")
        assert (described.kind, described.id, described.licence) == (kind, "x", "y")
        moved = (folder / "model.safetensors").rename(tmp_path / f"{kind}.weights")
        check(folder)
        assert describe_any(folder, weights=moved).sha256 == described.sha256


def test_what_is_neither(tmp_path: Path) -> None:
    for folder in (
        tiny_bert.make(tmp_path / "x", model_type="qwen3"),
        tiny_deberta.make(tmp_path / "y", id2label={"0": "sad", "1": "glad"}),
    ):
        with pytest.raises(InvalidRequest):
            check(folder)
