"""Finds which statements of an answer rest on which sources. Pure.

A model that cites by itself is believed as far as the sources exist. Where it does not, a statement is given the source
that holds most of its words; a statement whose words stand in no source gets none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.engine.domain.agents import CitationMark, Source

# A statement rests on a source when so much of it, and so many of its longer words, stand there.
LEAST_SHARE = 0.6
LEAST_WORDS = 3
_WRITTEN = re.compile(r"\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\]")
_FENCE = re.compile(r"(?ms)^(`{3,}|~{3,}).*?(?:^\1`*\s*$|\Z)")
_SENTENCE = re.compile(r"[^.!?。！？\n]+[.!?。！？]*(?:\[\d[\d,\s]*\])*")
_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


def cite(answer: str, sources: Sequence[Source]) -> tuple[CitationMark, ...]:
    """Return the marks of an answer, in the order of their offsets."""
    if not sources:
        return ()
    numbers = {source.number for source in sources}
    code = [match.span() for match in _FENCE.finditer(answer)]
    written = [
        CitationMark(offset=match.end(), numbers=named, written=True)
        for match in _WRITTEN.finditer(answer)
        if not _inside(match.start(), code) and (named := _named(match.group(1), numbers))
    ]
    spans = [match.span() for match in _WRITTEN.finditer(answer)]
    held = [(source.number, frozenset(_words(source.quote))) for source in sources]
    found = [
        CitationMark(offset=end, numbers=(number,))
        for start, end in _statements(answer)
        if not _inside(start, code)
        and not any(start <= begin < end + 3 for begin, _end in spans)
        and (number := _best(answer[start:end], held)) is not None
    ]
    return tuple(sorted([*written, *_merged(found, answer)], key=lambda mark: mark.offset))


def _named(text: str, numbers: set[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(number for number in map(int, text.split(",")) if number in numbers))


def _statements(answer: str) -> Iterator[tuple[int, int]]:
    for match in _SENTENCE.finditer(answer):
        text = match.group()
        yield match.start() + len(text) - len(text.lstrip()), match.end() - (len(text) - len(text.rstrip()))


def _best(statement: str, held: Sequence[tuple[int, frozenset[str]]]) -> int | None:
    words = set(_words(statement))
    if len(words) < LEAST_WORDS:
        return None
    number, count = max(((number, len(words & texts)) for number, texts in held), key=lambda pair: (pair[1], -pair[0]))
    return number if count >= LEAST_WORDS and count / len(words) >= LEAST_SHARE else None


def _words(text: str) -> Iterator[str]:
    """Yield what words have in common with their other forms; short words say nothing."""
    for word in _WORD.findall(text.casefold()):
        if _UNSPACED.search(word):
            yield from (word[i : i + 2] for i in range(len(word) - 1))
        elif len(word) > 3 or word.isdigit():
            yield word[: max(4, len(word) * 3 // 4)]


def _merged(marks: Sequence[CitationMark], answer: str) -> list[CitationMark]:
    """Of statements that follow each other and rest on the same source, only the last one is marked."""
    kept: list[CitationMark] = []
    for mark in marks:
        if kept and kept[-1].numbers == mark.numbers and "\n" not in answer[kept[-1].offset : mark.offset]:
            kept.pop()
        kept.append(mark)
    return kept


def _inside(position: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= position < end for start, end in spans)
