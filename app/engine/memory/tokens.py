"""Counts tokens as an embedding model counts them, from its tokenizer.json. Must not load a model.

Most tokenizers of embedding models read word by word: then the cost of a word is looked up, which is ten times as fast
as encoding the text. What a tokenizer does is found out by trying.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tokenizers import Tokenizer

from app.engine.domain.errors import WorldError
from app.engine.memory.chunking import ATOM, Atom

_KNOWN_WORDS = 300_000
_TRIALS = ("One word, two words.", "a\n\n  b\tc", "Straße (naïve) — 12.5%", "漢字 and かな", "don't x=y+1; foo_bar()")


class TokenMeasure:
    """The measure of one tokenizer.json; special tokens are not counted."""

    def __init__(self, path: str) -> None:
        try:
            self._tokenizer = Tokenizer.from_file(path)
        except Exception as error:  # the library raises nothing more precise
            raise WorldError(f"The tokenizer of the embedding model could not be read: {error}") from error
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._known: dict[str, int] = {}
        self.gap = max(0, self._encode(["a\n\nb"])[0] - sum(self._encode(["a", "b"])))
        self._by_word = self.gap == 0 and all(self._adds_up(text) for text in _TRIALS)

    def count(self, texts: Sequence[str]) -> list[int]:
        """Return the tokens of each text."""
        if not self._by_word:
            return self._encode(texts)
        found = [ATOM.findall(text) for text in texts]
        self._learn(word for words in found for word in words)
        known = self._known
        return [sum([known[word] for word in words]) for words in found]

    def atoms(self, text: str) -> list[Atom]:
        """Return the atoms of a text in order, with their tokens."""
        found = list(ATOM.finditer(text))
        self._learn(match.group() for match in found)
        return [Atom(*match.span(), self._known[match.group()]) for match in found]

    def _adds_up(self, text: str) -> bool:
        return self._encode([text])[0] == sum(self._encode(ATOM.findall(text)))

    def _learn(self, words: Iterable[str]) -> None:
        wanted = set(words)
        new = [word for word in wanted if word not in self._known]
        if not new:
            return
        if len(self._known) + len(new) > _KNOWN_WORDS:
            self._known = {word: self._known[word] for word in wanted if word in self._known}
        self._known.update(zip(new, self._encode(new), strict=True))

    def _encode(self, texts: Sequence[str]) -> list[int]:
        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(encoding) for encoding in encodings]
