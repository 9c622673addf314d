"""Reads what a guard's probabilities say. Pure. Must not ask the guard, nor know thresholds.

The numbers are natural logarithms of probabilities among all tokens, so that a guard which means to say something else
altogether is noticed instead of being read as one of the two words.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from msgspec import Struct

from app.engine.domain.errors import ModelUnavailable
from app.engine.domain.inference import Classified, PromptPart
from app.engine.safety.llama_guard.prompt import Frame
from app.engine.safety.llama_guard.versions import GuardVersion

SAFE, UNSAFE = "safe", "unsafe"
ANSWERS = (SAFE, UNSAFE)
# Below this much for the two words, or for all numbers, the guard wants to say something that is not in its grammar.
GRAMMAR_MASS = 0.5
# A category counts as named when it is the likeliest one where a code is due, or has at least this probability there.
NAMED_FROM = 0.2
MORE = ","  # what stands before a further code


class OutsideGrammar(ModelUnavailable):
    """The guard would answer with something else than "safe" or "unsafe"."""

    code = "guard_outside_grammar"


class Place(Struct, frozen=True):
    """A place in the answer where a code is due: the probability of each number there, 0 to 1."""

    shares: dict[int, float]

    @property
    def best(self) -> int:
        """The likeliest number."""
        return max(self.shares, key=lambda number: self.shares[number])

    @property
    def in_grammar(self) -> bool:
        """Whether a number is to be expected here at all."""
        return sum(self.shares.values()) >= GRAMMAR_MASS


def unsafe_probability(found: Classified) -> float:
    """Return P(unsafe) from the probabilities of ANSWERS, in that order; raises OutsideGrammar."""
    safe, unsafe = found.logprobs[:2]
    if not math.exp(safe) + math.exp(unsafe) >= GRAMMAR_MASS:  # neither is "not a number", of a broken file
        raise OutsideGrammar(
            f"The guard answered outside its grammar: “{_short(found.best)}” instead of “safe” or “unsafe”.",
            hint="The file may not be a Llama Guard, or another version than its name says.",
        )
    return 1.0 / (1.0 + math.exp(min(safe - unsafe, 700.0)))


def place(numbers: Sequence[int], found: Classified) -> Place:
    """Return what a guard says where a code is due; `found` has one probability for each number."""
    return Place({number: math.exp(value) for number, value in zip(numbers, found.logprobs, strict=True)})


def so_far(version: GuardVersion, named: Sequence[int]) -> PromptPart:
    """Return the answer up to where the next code's number is due."""
    codes = "".join(f"{version.code(number)}{MORE}" for number in named)
    return PromptPart(text=f"{version.lead}{UNSAFE}\n{codes}{version.prefix}")


def answered(version: GuardVersion, named: Sequence[int]) -> PromptPart:
    """Return the answer with the codes that were named."""
    return PromptPart(text=f"{version.lead}{UNSAFE}\n{MORE.join(version.code(number) for number in named)}")


def goes_on(found: Classified) -> bool:
    """Tell whether a guard would name a further code, from what it would say next."""
    return found.best.lstrip().startswith(MORE)


def shares(frame: Frame, version: GuardVersion, places: Sequence[Place]) -> dict[str, float]:
    """Return the share of each category asked: its highest probability at any place where a code was due."""
    numbers = {category: _number(version, code) for code, category in frame.codes.items()}
    return {
        category: max((each.shares.get(number, 0.0) for each in places), default=0.0)
        for category, number in numbers.items()
    }


def named(frame: Frame, version: GuardVersion, places: Sequence[Place]) -> tuple[str, ...]:
    """Return the categories a guard names, likeliest first; codes of categories that were not asked do not count."""
    found = shares(frame, version, places)
    best = {frame.codes.get(version.code(each.best)) for each in places if each.in_grammar}
    names = [category for category, share in found.items() if category in best or share >= NAMED_FROM]
    return tuple(sorted(names, key=lambda category: -found[category]))


def code_of(frame: Frame, category: str) -> str:
    """Return what the guard calls a category in this run, empty for one that was not asked."""
    return next((code for code, meant in frame.codes.items() if meant == category), "")


def highest(several: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return the highest value of each key."""
    keys = dict.fromkeys(key for each in several for key in each)
    return {key: max(each.get(key, 0.0) for each in several) for key in keys}


def _number(version: GuardVersion, code: str) -> int:
    return int(code.removeprefix(version.prefix))


def _short(text: str) -> str:
    return text.strip()[:40] or "white space"
