"""The vocabulary of the tiny guard: Llama 3's way of cutting texts, whole words, bytes for what is unknown.

llama.cpp takes a piece as one token when the vocabulary holds it whole, as for Llama 3; so merges are not needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from tokenizers import Regex
from tokenizers.pre_tokenizers import Split

from app.engine.domain.inference import PromptPart
from tests.fakes.tiny_gguf import SPECIAL_TOKENS, byte_letters

# The pattern of Llama 3's tokenizer (tokenizer.json of Meta-Llama-3-8B).
LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
_SPLIT = Split(Regex(LLAMA3), "isolated")
_SPECIAL = re.compile("(" + "|".join(map(re.escape, SPECIAL_TOKENS)) + ")")
_LETTERS = byte_letters()


def pieces(text: str) -> list[str]:
    """Cut a text as Llama 3 does before it looks at its vocabulary."""
    return [piece for piece, _ in _SPLIT.pre_tokenize_str(text)] if text else []


class Tokens:
    """A finished vocabulary: bytes, then words, then control tokens."""

    def __init__(self, words: Iterable[str]) -> None:
        known = dict.fromkeys(word for word in words if len(word.encode()) > 1)
        self.plain = [*_LETTERS, *("".join(_LETTERS[byte] for byte in word.encode()) for word in known)]
        self.texts = [*self.plain, *SPECIAL_TOKENS]
        self._ids = {word: 256 + number for number, word in enumerate(known)}
        self._special = {text: len(self.plain) + number for number, text in enumerate(SPECIAL_TOKENS)}

    def encode(self, parts: Iterable[PromptPart]) -> list[int]:
        """Return the ids of a prompt, as a model host would make them."""
        return [token for part in parts for token in self._part(part)]

    def word(self, text: str) -> int:
        """Return the id of a word that is one token."""
        (token,) = self._plain(text)
        return token

    def special(self, text: str) -> int:
        """Return the id of a control token."""
        return self._special[text]

    def _part(self, part: PromptPart) -> list[int]:
        if not part.special:
            return self._plain(part.text)
        ids: list[int] = []
        for piece in _SPECIAL.split(part.text):
            ids += [self._special[piece]] if piece in self._special else self._plain(piece)
        return ids

    def _plain(self, text: str) -> list[int]:
        ids: list[int] = []
        for piece in pieces(text):
            known = self._ids.get(piece)
            ids += [known] if known is not None else list(piece.encode("utf-8", "replace"))
        return ids


def words_of(texts: Iterable[str], special_texts: Iterable[str]) -> list[str]:
    """Return all pieces of texts, and of texts that hold control tokens, in a fixed order."""
    found: set[str] = set()
    for text in texts:
        found.update(pieces(text))
    for text in special_texts:
        for part in _SPECIAL.split(text):
            if part not in SPECIAL_TOKENS:
                found.update(pieces(part))
    return sorted(found)
