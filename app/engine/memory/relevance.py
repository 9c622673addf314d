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
        self._words = tuple(dict.fromkeys(terms(query)))
        self._beginnings = _by_beginning(self._words)
        self._known: dict[str, frozenset[str]] = {}
        holders = [self._held(text) for text in candidates]
        self._weights = {word: _weight(word, holders) for word in self._words}
        self._total = sum(self._weights.values())

    def coverage(self, text: str) -> float:
        """Return the share of the question's weight whose words stand in a text."""
        return sum(self._weights[word] for word in self._held(text)) / self._total if self._total else 0.0

    def _held(self, text: str) -> frozenset[str]:
        """Return the words of the question that stand in a text, in whatever form."""
        held = self._known.get(text)
        if held is None:
            said = set(terms(text))
            held = self._known[text] = frozenset(
                word
                for length, asked in self._beginnings.items()
                for each in said
                for word in asked.get(each[:length], ())
                if _alike(word, each)
            )
        return held


def relevance(candidate: Candidate, coverage: float, trust: float) -> float:
    """Return how relevant a hit is. `trust` is how far the bank's vectors can be believed."""
    similarity = candidate.similarity
    near = 0.0
    if similarity is not None:
        near = trust * min(1.0, max(0.0, (similarity - SIMILAR_FROM) / (SIMILAR_TO - SIMILAR_FROM)))
    # Either is evidence enough; both together are more than the better one.
    return 1 - (1 - near) * (1 - coverage**2)


def terms(text: str) -> list[str]:
    """Return the words of a text, folded; pairs of characters where words are not spaced."""
    words: list[str] = _WORD.findall(fold(text))
    return words if text.isascii() else [term for word in words for term in _parted(word)]


def _parted(word: str) -> Iterable[str]:
    if len(word) > 2 and _UNSPACED.fullmatch(word):
        return (word[place : place + 2] for place in range(len(word) - 1))
    return (word,)


def _by_beginning(words: Iterable[str]) -> dict[int, dict[str, list[str]]]:
    """Return words by the beginnings their forms have, by the lengths of these."""
    found: dict[int, dict[str, list[str]]] = {}
    for word in words:
        length = min(len(word), STEM_LEAST)
        found.setdefault(length, {}).setdefault(word[:length], []).append(word)
    return found


def _alike(one: str, other: str) -> bool:
    """Tell whether two words share a beginning that is long enough for the longer of them."""
    if one == other:
        return True
    least = max(STEM_LEAST, math.ceil(max(len(one), len(other)) * STEM_SHARE))
    return one[:least] == other[:least] and min(len(one), len(other)) >= least


def fold(text: str) -> str:
    """Return a text without case and without accents."""
    folded = text.casefold()
    return folded if folded.isascii() else unicodedata.normalize("NFKD", folded).translate(_ACCENTS)


def _weight(word: str, holders: Sequence[frozenset[str]]) -> float:
    """A word that most candidates hold, or that is very short, says little of what the question is about."""
    count = sum(word in held for held in holders)
    rarity = math.log(1 + (len(holders) + 1) / (count + 1))
    return rarity * min(1.0, len(word) / 5) if len(word) > 1 or not word.isascii() else 0.0
