"""Token lists as texts, by a model's own tokenizer.json. Must not load a model."""

from __future__ import annotations

from collections.abc import Sequence

from tokenizers import Tokenizer

from app.engine.domain.embeddings import EmbeddingModel
from app.engine.domain.errors import InvalidRequest


def decode(model: EmbeddingModel, lists: Sequence[Sequence[int]]) -> tuple[str, ...]:
    """Return the texts, blocking; raises InvalidRequest for tokens the model does not know, and for none."""
    if not model.tokenizer:
        raise InvalidRequest(f"“{model.id}” takes texts, no tokens.", param="input")
    tokenizer = Tokenizer.from_file(model.tokenizer)
    size = tokenizer.get_vocab_size()
    for tokens in lists:
        strange = next((token for token in tokens if not 0 <= token < size), None)
        if strange is not None:
            raise InvalidRequest(
                f"“{model.id}” has {size} tokens; {strange} is none of them.",
                hint="Send texts, or tokens of this model's own tokenizer.",
                param="input",
            )
    texts = tuple(tokenizer.decode(list(tokens)) for tokens in lists)
    if not all(text.strip() for text in texts):
        raise InvalidRequest("A list of tokens has no text.", param="input")
    return texts
