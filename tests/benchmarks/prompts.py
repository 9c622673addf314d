"""Prompts of a wanted length that no run has seen before, so that no prefix cache helps by accident."""

from __future__ import annotations

import random

_WORDS = [
    "the",
    "old",
    "river",
    "garden",
    "window",
    "carried",
    "a",
    "quiet",
    "morning",
    "light",
    "over",
    "every",
    "stone",
    "house",
    "and",
    "the",
    "long",
    "road",
    "where",
    "people",
    "walked",
    "slowly",
    "toward",
    "the",
    "market",
    "with",
    "bread",
    "apples",
    "letters",
    "and",
    "small",
    "paper",
    "boats",
    "while",
    "birds",
    "crossed",
    "the",
    "grey",
    "sky",
    "above",
    "distant",
    "hills",
    "and",
    "somebody",
    "opened",
    "a",
    "blue",
    "door",
    "to",
    "listen",
    "for",
    "the",
    "train",
    "that",
    "came",
    "late",
    "again",
    "that",
    "year",
]


def words(count: int, seed: int) -> str:
    """Return `count` plain words; about one token each for an English vocabulary."""
    source = random.Random(seed)
    return " ".join(source.choice(_WORDS) for _ in range(count))


def story(tokens: int, seed: int) -> str:
    """Return the beginning of a story of about `tokens` tokens, different from its first word on."""
    return f"{seed} {words(max(1, tokens - 2), seed)}"
