"""The self-test of a bank: does its embedding model know the language of its documents? Changes nothing.

A tokenizer breaks words of languages it does not know into many pieces. That says little of scripts it knows letters
of only, or not even these. There, a model that understands nothing gives all texts much the same vector, and sentences
searched for by their vectors alone are not found again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from app.engine.domain.embeddings import Embedder
from app.engine.domain.memory import LanguageFit
from app.engine.memory.banks import OpenBank
from app.engine.memory.halves import from_halves
from app.engine.runtime.tracing import span
from app.engine.storage.bank_chunks import StoredChunk
from app.engine.storage.lance.client import IndexClient
from app.engine.storage.lance.wire import Find

SAMPLE = 96
SENTENCES = 32
FOUND_WITHIN = 10
# Above this share of sentences found again, a model is good enough not to be complained about.
FOUND_WELL = 0.9
# Word pieces per word: English has 1.1 to 1.5, languages MiniLM does not know have 1.66 and more.
PIECES_KNOWN, PIECES_UNKNOWN = 1.5, 1.65
# Letters below this are Latin ones.
LATIN_END = "\u0250"
# Share of sentences found again: 0.9 and more in known languages, 0.65 and less in scripts MiniLM does not know.
FOUND_KNOWN, FOUND_UNKNOWN = 0.95, 0.8
# Mean similarity of chunks: one narrow field in a known language has 0.33, unknown scripts have 0.53 and more.
LIKENESS_KNOWN, LIKENESS_UNKNOWN = 0.4, 0.5
_SENTENCE = re.compile(r"[^.!?。！？؟।\n]{20,300}[.!?。！？؟।\n]?")


async def examine(opened: OpenBank, embedder: Embedder, index: IndexClient, language: str) -> LanguageFit:
    """Return what the self-test finds."""
    with span("memory.examine", bank=opened.bank.id):
        sample = await opened.chunks.sample(SAMPLE)
        pieces = _pieces_per_word(sample)
        likeness = likeness_of(list((await opened.chunks.vectors([chunk.key for chunk in sample])).values()))
        pairs = [(chunk, sentence) for chunk in sample if (sentence := middle_sentence(chunk.chunk.text))]
        found = await _share_found(opened, embedder, index, pairs[:SENTENCES])
        foreign = other_scripts(chunk.chunk.text for chunk in sample)
        trust = trust_of(pieces, likeness, found, foreign)
        return LanguageFit(
            language=language,
            pieces_per_word=round(pieces, 3),
            found=round(found, 3),
            trust=round(trust, 3),
            likeness=round(likeness, 3),
            advice=advice_for(embedder.model.name, trust, found),
        )


async def _share_found(
    opened: OpenBank, embedder: Embedder, index: IndexClient, pairs: Sequence[tuple[StoredChunk, str]]
) -> float:
    if not pairs:
        return 0.0
    vectors = await embedder.embed([sentence for _chunk, sentence in pairs], "query")
    size = 4 * vectors.dimension
    hits = 0
    for position, (chunk, _sentence) in enumerate(pairs):
        vector = vectors.data[position * size : (position + 1) * size]
        found = await index.find(Find(place=opened.place, vector=vector, limit=FOUND_WITHIN))
        hits += chunk.chunk.id in found.vector_ids
    return hits / len(pairs)


def _pieces_per_word(sample: Sequence[StoredChunk]) -> float:
    words = sum(chunk.words for chunk in sample)
    return sum(chunk.chunk.tokens for chunk in sample) / words if words else 0.0


def middle_sentence(text: str) -> str:
    """Return a sentence from the middle of a chunk, or nothing when it has none that is long enough."""
    sentences = [match.strip() for match in _SENTENCE.findall(text)]
    return sentences[len(sentences) // 2] if len(sentences) > 1 else ""


def trust_of(pieces_per_word: float, likeness: float, found: float, other_script: bool) -> float:
    """Return how far vectors can be believed, 0 to 1.

    Chunks that are alike are no sign by themselves, a bank may hold a hundred reports of one form: only where the
    script is in doubt do they count, and only when sentences are not found either.
    """
    known = _ramp(pieces_per_word, PIECES_KNOWN, PIECES_UNKNOWN)
    if not other_script:
        return known
    return min(known, max(_ramp(likeness, LIKENESS_KNOWN, LIKENESS_UNKNOWN), _ramp(found, FOUND_KNOWN, FOUND_UNKNOWN)))


def other_scripts(texts: Iterable[str]) -> bool:
    """Tell whether most letters of texts are not Latin ones."""
    latin = other = 0
    for letter in "".join(texts):
        if letter.isalpha():
            if letter < LATIN_END:
                latin += 1
            else:
                other += 1
    return other > latin


def _ramp(value: float, full: float, none: float) -> float:
    return min(1.0, max(0.0, (none - value) / (none - full)))


def likeness_of(halves: Sequence[bytes]) -> float:
    """Return the mean cosine similarity of different vectors (float16, of length 1); 0 for fewer than two."""
    if len(halves) < 2:
        return 0.0
    vectors = [from_halves(half) for half in halves]
    count = len(vectors)
    total = sum(sum(column) ** 2 for column in zip(*vectors, strict=True))
    own = sum(number * number for vector in vectors for number in vector)
    return float((total - own) / (count * (count - 1)))


def advice_for(model: str, trust: float, found: float) -> str:
    """Return what to tell a person, empty when all is well."""
    if trust >= 0.5 or found >= FOUND_WELL:
        return ""
    return (
        f"{model} hardly knows the language of these documents, so they are found by their words only. "
        "A multilingual embedding model finds them by their meaning as well."
    )
