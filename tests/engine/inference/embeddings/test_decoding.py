"""Token lists are texts in the model's own vocabulary."""

from __future__ import annotations

from pathlib import Path

import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from app.engine.domain.embeddings import EmbeddingModel
from app.engine.domain.errors import InvalidRequest
from app.engine.inference.embeddings.decoding import decode


@pytest.fixture
def model(tmp_path: Path) -> EmbeddingModel:
    tokenizer = Tokenizer(WordLevel({"[UNK]": 0, "hay": 1, "foal": 2}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.add_special_tokens(["[CLS]"])
    path = tmp_path / "tokenizer.json"
    tokenizer.save(str(path))
    return EmbeddingModel(id="m", name="m", tokenizer=str(path))


def test_lists_become_texts(model: EmbeddingModel) -> None:
    assert decode(model, [(1, 2), (2,), (3, 1)]) == ("hay foal", "foal", "hay")


@pytest.mark.parametrize("tokens", [(4,), (1, -1), (100_257,), (3,)])
def test_what_is_no_token_or_no_text_is_refused(model: EmbeddingModel, tokens: tuple[int, ...]) -> None:
    with pytest.raises(InvalidRequest) as refused:
        decode(model, [(1,), tokens])
    assert refused.value.param == "input"


def test_a_model_without_a_tokenizer_takes_texts_only() -> None:
    with pytest.raises(InvalidRequest, match="takes texts"):
        decode(EmbeddingModel(id="m", name="m"), [(1,)])
