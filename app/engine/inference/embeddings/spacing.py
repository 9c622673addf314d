"""Takes apart letters that were drawn out with blanks so that a classifier reads them as words again. Pure.

Source of the method: LlamaFirewall's scanner for Prompt Guard, which lets the tokenizer find the words of a text
without its blanks and keeps a blank only where a token begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise

# So many words in a row whose mean length is below this are no ordinary text.
_WORDS, _MEAN_LENGTH = 8, 2.5


def is_drawn_out(text: str) -> bool:
    """Tell whether a part of a text consists of pieces much shorter than words are."""
    sums = list(accumulate((len(word) for word in text.split()), initial=0))
    limit = _WORDS * _MEAN_LENGTH
    return any(sums[end] - sums[end - _WORDS] < limit for end in range(_WORDS, len(sums)))


def without_blanks(text: str) -> tuple[str, frozenset[int]]:
    """Return a text without its blanks, and the places in it that had one before them."""
    words = text.split()
    gaps = frozenset(accumulate(len(word) for word in words[:-1]))
    return "".join(words), gaps


def rejoined(text: str, gaps: frozenset[int], starts: Sequence[int]) -> str:
    """Return a text without blanks with a blank before each of the `starts` of its tokens that had one."""
    cuts = [place for place in starts if place in gaps]
    edges = [0, *cuts, len(text)]
    return " ".join(text[begin:end] for begin, end in pairwise(edges) if begin < end)
