"""How relevant a hit is, from 0 to 1, whichever leg found it: so that a threshold means the same everywhere. Pure.

Ranks say only which hit is the best one; they cannot say that even the best one is not about the question. Two things
can: how near the vectors are, as far as the embedding model knows the language, and how much of what the question is
about stands in the text, rare words counting more than common ones.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence

from app.engine.memory.fusion import Candidate

# Similarities of MiniLM: below the first value unrelated texts are common, above the second they are rare.
SIMILAR_FROM, SIMILAR_TO = 0.15, 0.6
# Words count as the same when they share this much of their beginning: a rough stem that works in many languages.
STEM_SHARE, STEM_LEAST = 0.7, 4

# Accents of Latin, Greek and Cyrillic letters; marks of other scripts are part of their words.
_ACCENTS = dict.fromkeys(range(0x300, 0x370))
_WORD = re.compile(r"[^\W_]+", re.UNICODE)
# Scripts written without spaces: pairs of characters stand for words.
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")


class Wording:
    """The words of a question, each with how much it says, judged by how few of the candidates hold it."""

    def __init__(self, query: str, candidates: Sequence[str]) -> None:
        words = list(dict.fromkeys(terms(query)))
        holders = [frozenset(beginnings(text)) for text in candidates]
        self._weights = {word: _weight(word, holders) for word in words}
        self._total = sum(self._weights.values())

    def coverage(self, text: str) -> float:
        """Return the share of the question's weight whose words stand in a text."""
        if not self._total:
            return 0.0
        held = frozenset(beginnings(text))
        return sum(weight for word, weight in self._weights.items() if _is_held(word, held)) / self._total


def relevance(candidate: Candidate, coverage: float, trust: float) -> float:
    """Return how relevant a hit is. `trust` is how far the bank's vectors can be believed."""
    similarity = candidate.similarity
    near = 0.0
    if similarity is not None:
        near = trust * min(1.0, max(0.0, (similarity - SIMILAR_FROM) / (SIMILAR_TO - SIMILAR_FROM)))
    # Either is evidence enough; both together are more than the better one.
    return 1 - (1 - near) * (1 - coverage**2)


def terms(text: str) -> Iterable[str]:
    """Yield the words of a text, folded; pairs of characters where words are not spaced."""
    for word in _WORD.findall(fold(text)):
        if _UNSPACED.fullmatch(word) and len(word) > 2:
            yield from (word[i : i + 2] for i in range(len(word) - 1))
        else:
            yield word


def beginnings(text: str) -> Iterable[str]:
    """Yield the beginnings by which the forms of a text's words are known."""
    for word in set(terms(text)):
        yield from _beginnings(word)


def _beginnings(word: str) -> Iterable[str]:
    # Two words share one of these when what they have in common is long enough for the longer of them.
    least = max(STEM_LEAST, math.ceil(len(word) * STEM_SHARE))
    return (word[:length] for length in range(min(least, len(word)), len(word) + 1))


def _is_held(word: str, held: frozenset[str]) -> bool:
    return any(each in held for each in _beginnings(word))


def fold(text: str) -> str:
    """Return a text without case and without accents."""
    folded = text.casefold()
    return folded if folded.isascii() else unicodedata.normalize("NFKD", folded).translate(_ACCENTS)


def _weight(word: str, holders: Sequence[frozenset[str]]) -> float:
    """A word that most candidates hold, or that is very short, says little of what the question is about."""
    count = sum(_is_held(word, held) for held in holders)
    rarity = math.log(1 + (len(holders) + 1) / (count + 1))
    return rarity * min(1.0, len(word) / 5) if len(word) > 1 or not word.isascii() else 0.0
