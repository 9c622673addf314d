"""Finds the entities of a passage and how they hang together, without a model: headings, links, names. Pure.

What is found is modest and never invented: an entity is a string that stands in the text, a relation says which passage
shows the two together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations, pairwise

from msgspec import Struct

# Names beyond this many in one passage are a list, and all pairs of a list say nothing.
MOST_NAMES = 12
_WORD = r"[A-Z\u00c0-\u00de\u0391-\u03a9\u0410-\u042f][\w'’\-]*"
_JOINER = r"(?:of|the|and|de|la|le|van|von|der|den|du|&|и|та)"
_NAME = re.compile(rf"\b{_WORD}(?:\s+(?:{_JOINER}\s+)*{_WORD})*")
_SENTENCE_START = re.compile(r"(?:^|[.!?:;]\s+|\n\s*[-*•]?\s*)$")
_LINK = re.compile(
    r"\[([^\]\n]{1,80})\]\(([^)\s]{1,200})\)|\[\[([^\]\n|]{1,80})(?:\|[^\]\n]*)?\]\]|(https?://[^\s)>\]]{4,200})"
)
_COMMON = {
    "the", "a", "an", "this", "that", "these", "those", "it", "he", "she", "we", "they", "i", "in", "on", "at", "for",
    "and", "but", "or", "if", "when", "while", "as", "by", "from", "to", "with", "after", "before", "however", "there",
    "his", "her", "its", "their", "our", "your", "my", "what", "who", "which", "how", "why", "where", "not", "no",
    "der", "die", "das", "ein", "eine", "und", "im", "am", "es", "er", "sie", "wir",
}  # fmt: skip


class Mention(Struct, frozen=True):
    """An entity that a passage names."""

    name: str
    kind: str


class Link(Struct, frozen=True):
    """Two entities of a passage and what joins them."""

    source: str
    target: str
    kind: str


class Found(Struct, frozen=True):
    """What a passage says."""

    mentions: tuple[Mention, ...]
    links: tuple[Link, ...]


def read_passage(text: str, headings: Sequence[str]) -> Found:
    """Return the entities of a passage and their relations."""
    names = list(dict.fromkeys(find_names(text)))[:MOST_NAMES]
    targets = list(dict.fromkeys(find_links(text)))[:MOST_NAMES]
    mentions = {heading: "heading" for heading in headings if heading.strip()}
    mentions |= {name: "name" for name in names if name not in mentions}
    mentions |= {target: "link" for target in targets if target not in mentions}
    return Found(
        mentions=tuple(Mention(name, kind) for name, kind in mentions.items()),
        links=(*_under(headings), *_about(headings, names), *_links(headings, targets), *_together(names)),
    )


def find_names(text: str) -> list[str]:
    """Return names: words that begin with a capital, alone only where no sentence begins."""
    found = []
    for match in _NAME.finditer(text):
        words = match.group().split()
        if _SENTENCE_START.search(text[: match.start()][-4:]) or match.start() == 0:
            words = words[1:] if words[0].casefold() in _COMMON or len(words) == 1 else words
        while words and words[0].casefold() in _COMMON:
            words = words[1:]
        name = " ".join(words).strip("'’-")
        if len(name) > 2 and not name.isdigit():
            found.append(name)
    return found


def find_links(text: str) -> list[str]:
    """Return where a passage points: targets of markdown and wiki links, and addresses."""
    return [match[1] or match[2] or match[3] for match in (("", *each[1:]) for each in _LINK.findall(text))]


def fold_name(name: str) -> str:
    """Return a name as it is compared."""
    return " ".join(name.casefold().split())


def _under(headings: Sequence[str]) -> list[Link]:
    return [Link(inner, outer, "part of") for outer, inner in pairwise(headings)]


def _about(headings: Sequence[str], names: Sequence[str]) -> list[Link]:
    return [Link(headings[-1], name, "mentions") for name in names if name != headings[-1]] if headings else []


def _links(headings: Sequence[str], targets: Sequence[str]) -> list[Link]:
    return [Link(headings[-1], target, "links to") for target in targets] if headings else []


def _together(names: Sequence[str]) -> list[Link]:
    return [Link(first, second, "appears with") for first, second in combinations(sorted(names), 2)]
