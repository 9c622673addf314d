"""Cuts the text of a part into pieces: by its structure first, then by the tokens of the embedding model. Pure.

A piece is always a stretch of the text, `text[start:end]` to the character: pieces are cited. Must not read files and
must not know a tokenizer; what counts tokens is a `Measure`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from app.engine.domain.memory import Chunking
from app.engine.domain.parsing import Block, Piece

# Scripts written without spaces; each of their characters may end a piece.
_SPACELESS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# The smallest stretches a text is cut into. A longer run without spaces is no word, and tokenizers know it only as
# "unknown".
ATOM = re.compile(f"[{_SPACELESS}]|[^\\s{_SPACELESS}]{{1,100}}")

_CJK = re.compile("[\u3005-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]")
_UNSPACED_WORDS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+")
_HANGUL = re.compile("[\uac00-\ud7af]+")
# Letters of a word of Thai, Lao, Khmer or Burmese, and characters of one of Chinese or Japanese, about.
_UNSPACED_LETTERS = 4
_WORD_SIGNS = 1.7

_HEADING_CHARACTERS = 200
_SENTENCE_ENDS = ".!?…。！？॥।"
_CLAUSE_ENDS = ",;:，；：、)"


class Atom(NamedTuple):
    """A stretch that is not cut, with what it costs."""

    start: int
    end: int
    tokens: int


class Measure(Protocol):
    """Says what texts cost in tokens. The cost of a text is about the sum of the costs of its atoms."""

    gap: int
    """What line breaks between two stretches cost."""

    def count(self, texts: Sequence[str]) -> list[int]:
        """Return the tokens of each text."""
        ...

    def atoms(self, text: str) -> list[Atom]:
        """Return the atoms of a text in order, with their tokens."""
        ...


class WordMeasure:
    """Counts a word as a token; what is used where no embedding model is."""

    gap = 0

    def count(self, texts: Sequence[str]) -> list[int]:
        """Return the number of atoms of each text."""
        return [len(ATOM.findall(text)) for text in texts]

    def atoms(self, text: str) -> list[Atom]:
        """Return each atom as one token."""
        return [Atom(*found.span(), 1) for found in ATOM.finditer(text)]


def count_words(text: str) -> int:
    """Count words in any script: a Chinese or Japanese word has 1.7 characters, a Thai one four letters, about."""
    if text.isascii():
        return len(text.split())
    unspaced = sum(-(-len(run) // _UNSPACED_LETTERS) for run in _UNSPACED_WORDS.findall(text))
    plain = _HANGUL.sub("a", text)  # Korean has spaces
    signs = len(_CJK.findall(plain))
    rest = _CJK.sub(" ", _UNSPACED_WORDS.sub(" ", plain)).split()
    return unspaced + round(signs / _WORD_SIGNS) + sum(any(map(str.isalnum, word)) for word in rest)


class Chunker:
    """Cuts part after part of one document; headings carry over from part to part."""

    def __init__(self, chunking: Chunking, measure: Measure | None = None) -> None:
        self._measure: Measure = measure or WordMeasure()
        self._most = max(1, chunking.max_tokens)
        self._overlap = max(0, min(chunking.overlap_tokens, self._most // 2))
        self._path: list[tuple[int, str]] = []

    def pieces(self, text: str, blocks: Sequence[Block]) -> tuple[Piece, ...]:
        """Return the pieces of a part in order, trimmed and never empty; text outside of blocks is left out."""
        spans = [span for block in blocks if (span := _trimmed(text, block))]
        counts = self._measure.count([text[span.start : span.end] for span in spans])
        packing = _Packing(text, self._measure, self._most, self._overlap, self._headings())
        for span, tokens in zip(spans, counts, strict=True):
            if span.kind == "heading":
                self._enter(span.level, text[span.start : span.end])
                packing.heading(span.start, span.end, tokens, self._headings())
            else:
                packing.add(span, tokens)
        return packing.finish()

    def _headings(self) -> tuple[str, ...]:
        return tuple(text for _, text in self._path)

    def _enter(self, level: int, text: str) -> None:
        while self._path and self._path[-1][0] >= level:
            self._path.pop()
        self._path.append((level, " ".join(text.split())[:_HEADING_CHARACTERS]))


class _Packing:
    """Packs the stretches of one part into pieces, greedily."""

    def __init__(self, text: str, measure: Measure, most: int, overlap: int, headings: tuple[str, ...]) -> None:
        self._text = text
        self._measure = measure
        self._most = most
        self._overlap = overlap
        self._room = max(1, most - overlap - measure.gap) if overlap else most
        self._headings = headings
        self._pieces: list[Piece] = []
        self._start = self._end = -1
        self._tokens = 0
        self._only_headings = False

    def heading(self, start: int, end: int, tokens: int, headings: tuple[str, ...]) -> None:
        """Begin a section; a heading right under another one stays with it."""
        if not self._only_headings:
            self._flush()
        self._headings = headings
        if self._cost(tokens) > self._room // 2:
            self._flush()
            self._fill(start, end, tokens)
            self._flush()
            return
        self._extend(start, end, tokens)
        self._only_headings = True

    def add(self, block: Block, tokens: int) -> None:
        """Add a block: whole where it fits, by lines where lines matter, else at the ends of sentences."""
        if self._fits(tokens):
            self._extend(block.start, block.end, tokens)
        elif block.kind in ("code", "table", "list") and tokens > self._room:
            lines = list(_lines(self._text, block.start, block.end))
            counts = self._measure.count([self._text[start:end] for start, end in lines])
            for (start, end), count in zip(lines, counts, strict=True):
                self._fill(start, end, count)
        else:
            self._fill(block.start, block.end, tokens)

    def finish(self) -> tuple[Piece, ...]:
        """Return all pieces."""
        self._flush()
        return tuple(self._pieces)

    def _fits(self, tokens: int) -> bool:
        return self._cost(tokens) <= self._most

    def _cost(self, tokens: int) -> int:
        return self._tokens + self._measure.gap + tokens if self._start >= 0 else tokens

    def _fill(self, start: int, end: int, tokens: int) -> None:
        if self._fits(tokens):
            self._extend(start, end, tokens)
            return
        if not self._only_headings:
            self._turn()
        if tokens <= self._room and self._fits(tokens):
            self._extend(start, end, tokens)
            return
        for atoms in self._cuts(start, end):
            cost = sum(atom.tokens for atom in atoms)
            if not self._fits(cost):
                self._turn()
            if not self._fits(cost):
                self._drop()
            self._extend(start + atoms[0].start, start + atoms[-1].end, cost)

    def _cuts(self, start: int, end: int) -> Iterator[list[Atom]]:
        """Yield the atoms of a long stretch in runs that fit; the first one fits beside what is there already."""
        atoms = self._measure.atoms(self._text[start:end])
        room = self._most - self._tokens - self._measure.gap if self._start >= 0 else self._room
        at = 0
        while at < len(atoms):
            until, cost = at, 0
            while until < len(atoms) and (cost + atoms[until].tokens <= room or until == at):
                cost += atoms[until].tokens
                until += 1
            if until < len(atoms):
                until = self._best_cut(start, atoms, at, until)
            yield atoms[at:until]
            at, room = until, self._room

    def _best_cut(self, origin: int, atoms: list[Atom], at: int, until: int) -> int:
        """Return the best place to cut in the later half: a line's end, a sentence's, a clause's, a space."""
        best, best_rank = until, -1
        for index in range(until, at + max(1, (until - at) // 2), -1):
            rank = self._rank(origin + atoms[index - 1].end, origin + atoms[index].start)
            if rank > best_rank:
                best, best_rank = index, rank
            if rank >= 3:
                break
        return best

    def _rank(self, end: int, start: int) -> int:
        last = self._text[end - 1]
        between = self._text[end:start]
        if "\n" in between:
            return 4
        if last in _SENTENCE_ENDS and (between or not last.isascii()):
            return 3
        if last in _CLAUSE_ENDS:
            return 2
        return 1 if between else 0

    def _extend(self, start: int, end: int, tokens: int) -> None:
        if self._start < 0:
            self._start, self._tokens = start, tokens
        else:
            self._tokens += tokens + self._measure.gap
        self._end = end
        self._only_headings = False

    def _turn(self) -> None:
        """End the piece because it is full; the next one begins with the end of this one, as far as overlap goes."""
        start, end = self._start, self._end
        self._flush()
        if not self._overlap or start < 0:
            return
        tail = max(start, end - self._overlap * 16)
        kept, cost = end, 0
        for atom in reversed(self._measure.atoms(self._text[tail:end])):
            if cost + atom.tokens > self._overlap or tail + atom.start <= start:
                break
            kept, cost = tail + atom.start, cost + atom.tokens
        if kept < end:
            self._start, self._end, self._tokens = kept, end, cost

    def _flush(self) -> None:
        if self._start >= 0:
            words = count_words(self._text[self._start : self._end])
            self._pieces.append(
                Piece(start=self._start, end=self._end, headings=self._headings, tokens=self._tokens, words=words)
            )
        self._drop()

    def _drop(self) -> None:
        self._start = self._end = -1
        self._tokens = 0
        self._only_headings = False


def _trimmed(text: str, block: Block) -> Block | None:
    """Return the block without white space around it; None when nothing is left."""
    inner = text[block.start : block.end]
    start = block.start + len(inner) - len(inner.lstrip())
    end = block.start + len(inner.rstrip())
    return Block(kind=block.kind, start=start, end=end, level=block.level) if start < end else None


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the lines of a stretch without the white space around them."""
    lengths = [len(line) for line in text[start:end].splitlines(keepends=True)]
    for begin, length in zip(itertools.accumulate(lengths, initial=start), lengths, strict=False):
        line = text[begin : begin + length]
        if line.strip():
            yield begin + len(line) - len(line.lstrip()), begin + len(line.rstrip())
