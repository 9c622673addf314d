"""Tells the language of a text. The model is loaded at the first question, not before."""

from __future__ import annotations

import re
from functools import cache
from typing import Protocol, cast

_LEAST_LETTERS = 30
_SURE = 0.8
_NOISE = re.compile(r"\S*(?:://|@|\\|/)\S*|[\W\d_]+")


class _Identifier(Protocol):
    def classify(self, text: str) -> tuple[str, float]: ...


@cache
def _identifier() -> _Identifier:
    from py3langid import langid

    return cast("_Identifier", langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True))


def language_of(text: str) -> str:
    """Return the ISO 639-1 code of the language of a text, "" when unsure."""
    letters = _NOISE.sub(" ", text).strip()
    # A Chinese or Japanese character says as much as a few Latin letters.
    if sum(1 if letter < "\u2e80" else 4 for letter in letters) < _LEAST_LETTERS:
        return ""
    code, probability = _identifier().classify(letters)
    return code if probability >= _SURE else ""
