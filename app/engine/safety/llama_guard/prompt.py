"""Makes the prompts of a guard, as pieces. Pure. Must not know models, thresholds or what an answer means.

Only what the versions hold is written as control tokens; all that people, documents, models and custom categories say
is text. The pieces join to exactly the text the guard was trained on, so that pieces and whole give the same tokens.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import groupby

from msgspec import Struct

from app.engine.domain.inference import PromptPart
from app.engine.domain.safety import CustomCategory, Direction, Question
from app.engine.safety.llama_guard.markers import neutral, neutral_line
from app.engine.safety.llama_guard.versions import AGENT, USER, GuardVersion


class Turn(Struct, frozen=True):
    """What one side said, ready to be put into a prompt."""

    role: str
    text: str

    def render(self) -> str:
        """Return it as the guard reads it."""
        return f"{self.role}: {self.text}\n\n"


class Frame(Struct, frozen=True, kw_only=True):
    """A prompt without its conversation: what is judged, by which categories.

    `codes` says what each code means in this run. `numbers` are all numbers a guard may answer with, also those of
    categories that were left out. The head comes first and is the same for every text, so that a model host computes
    it once.
    """

    role: str
    codes: dict[str, str]
    numbers: tuple[int, ...]
    head: tuple[PromptPart, ...]
    tail: PromptPart

    def prompt(self, turns: Sequence[Turn]) -> tuple[PromptPart, ...]:
        """Return the whole prompt; the last turn is the one that is judged."""
        return (*self.head, PromptPart(text="".join(turn.render() for turn in turns)), self.tail)


def frame_for(
    version: GuardVersion, direction: Direction, enabled: Collection[str], custom: Sequence[CustomCategory] = ()
) -> Frame | None:
    """Return the frame of a run, or None when there is nothing to judge by.

    Categories that are not enabled lose their line; the others keep their codes, which the guard knows by heart. The
    enabled custom categories take the numbers behind the last one the version knows, without gaps.
    """
    role = AGENT if direction == "output" else USER
    built_in = [line for line in version.lines if line.category in enabled]
    own = list(enumerate((each for each in custom if each.enabled), len(version.lines) + 1))
    if not built_in and not own:
        return None
    codes = {version.code(line.number): line.category for line in built_in}
    codes |= {version.code(number): category.id for number, category in own}
    known = "".join(_line(version.code(line.number), line.name, line.policy) for line in built_in)
    added = "".join(_line(version.code(number), *_said(category)) for number, category in own)
    return Frame(
        role=role,
        codes=codes,
        numbers=tuple(range(1, len(version.lines) + len(own) + 1)),
        head=_head(version, role, known, added),
        tail=PromptPart(text=f"<END CONVERSATION>\n\n{_for(role, version.assessment)}{version.ending}", special=True),
    )


def turns_of(question: Question) -> tuple[Turn, ...]:
    """Return the conversation with the judged text as its last turn.

    Only what the two sides said takes part. Messages of one side in a row become one turn, but for the judged text,
    which always stands alone.
    """
    said = [message for message in question.conversation if message.role in ("user", "assistant")]
    texts = [(AGENT if message.role == "assistant" else USER, neutral(message.content)) for message in said]
    grouped = groupby((pair for pair in texts if pair[1]), key=lambda pair: pair[0])
    before = [Turn(role, neutral("\n\n".join(text for _, text in group))) for role, group in grouped]
    return (*before, Turn(AGENT if question.direction == "output" else USER, neutral(question.text)))


def prompt_for(
    version: GuardVersion, question: Question, enabled: Collection[str], custom: Sequence[CustomCategory] = ()
) -> tuple[tuple[PromptPart, ...], dict[str, str]] | None:
    """Return the prompt of a question that fits as a whole, and what its codes mean; None without categories."""
    frame = frame_for(version, question.direction, enabled, custom)
    return None if frame is None else (frame.prompt(turns_of(question)), frame.codes)


def _head(version: GuardVersion, role: str, known: str, added: str) -> tuple[PromptPart, ...]:
    begin = f"{version.header}{_for(role, version.task)}<BEGIN UNSAFE CONTENT CATEGORIES>\n{known}"
    end = "<END UNSAFE CONTENT CATEGORIES>\n\n<BEGIN CONVERSATION>\n\n"
    if not added:
        return (PromptPart(text=begin + end, special=True),)
    return PromptPart(text=begin, special=True), PromptPart(text=added), PromptPart(text=end, special=True)


def _line(code: str, name: str, policy: str) -> str:
    return f"{code}: {name}.\n" + (f"{policy}\n" if policy else "")


def _said(category: CustomCategory) -> tuple[str, str]:
    return neutral_line(category.name).rstrip("."), neutral(category.text)


def _for(role: str, text: str) -> str:
    return text.replace("{role}", role)
