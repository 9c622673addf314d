"""The self-test of a bank: does its embedding model know the language of its documents? Changes nothing.

Sentences taken from the bank's own chunks are searched for by their vectors alone. A model that knows the language
finds the chunk a sentence came from; one that does not, does not. That needs no list of languages and holds for any
model. The word pieces a tokenizer makes of a word say the same thing more roughly, and at once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.engine.domain.embeddings import Embedder
from app.engine.domain.memory import LanguageFit
from app.engine.memory.banks import OpenBank
from app.engine.runtime.tracing import span
from app.engine.storage.bank_chunks import StoredChunk
from app.engine.storage.lance.client import IndexClient
from app.engine.storage.lance.wire import Find

SAMPLE = 48
FOUND_WITHIN = 10
# With fewer chunks every sentence is found by chance.
LEAST_CHUNKS = 20
_SENTENCE = re.compile(r"[^.!?。！？؟।\n]{20,300}[.!?。！？؟।\n]?")


async def examine(opened: OpenBank, embedder: Embedder, index: IndexClient, language: str) -> LanguageFit:
    """Return what the self-test finds."""
    with span("memory.examine", bank=opened.bank.id):
        fertility = await opened.chunks.fertility()
        sample = await opened.chunks.sample(SAMPLE)
        pairs = [(chunk, sentence) for chunk in sample if (sentence := middle_sentence(chunk.chunk.text))]
        found = await _share_found(opened, embedder, index, pairs)
        trust = trust_of(fertility, found, len(pairs))
        return LanguageFit(
            language=language,
            pieces_per_word=round(fertility, 3),
            found=round(found, 3),
            trust=round(trust, 3),
            advice=advice_for(embedder.model.name, trust),
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


def middle_sentence(text: str) -> str:
    """Return a sentence from the middle of a chunk, or nothing when it has none that is long enough."""
    sentences = [match.strip() for match in _SENTENCE.findall(text)]
    return sentences[len(sentences) // 2] if len(sentences) > 1 else ""


def trust_of(fertility: float, found: float, tested: int) -> float:
    """Return how far vectors can be believed, 0 to 1."""
    by_pieces = (
        min(1.0, max(0.0, (FERTILITY_NONE - fertility) / (FERTILITY_NONE - FERTILITY_FULL))) if fertility else 1.0
    )
    if tested < LEAST_CHUNKS:
        return by_pieces
    by_test = min(1.0, max(0.0, (found - FOUND_NONE) / (FOUND_FULL - FOUND_NONE)))
    return min(by_pieces, by_test)


# Word pieces per word of languages a model knows, and of those it does not.
FERTILITY_FULL, FERTILITY_NONE = 1.4, 1.65
FOUND_FULL, FOUND_NONE = 0.9, 0.6


def advice_for(model: str, trust: float) -> str:
    """Return what to tell a person, empty when all is well."""
    if trust >= 0.5:
        return ""
    return (
        f"{model} hardly knows the language of these documents, so they are found by their words only. "
        "A multilingual embedding model finds them by their meaning as well."
    )
