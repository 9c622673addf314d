"""Examples for the tiny guard: whole prompts, made by the code that makes them for real guards, with their answers."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from app.engine.domain.inference import Message
from app.engine.domain.safety import Question
from app.engine.safety.llama_guard.prompt import Frame, frame_for, turns_of
from app.engine.safety.llama_guard.versions import LLAMA_GUARD_3
from tests.models.tiny_guard_sentences import ACTS, CUSTOM, Sentence, diverted, held_out, noise, safe, unsafe

KINDS = (*ACTS, *CUSTOM)


@dataclass(frozen=True)
class Example:
    """A conversation under a frame, the answer, and what each of its turns is about."""

    question: Question
    answer: str
    kinds: tuple[frozenset[str], ...] = field(default=())


def frame(source: random.Random) -> tuple[Frame, str]:
    """Return a frame with its direction: often everything, sometimes with gaps or custom categories."""
    direction = source.choice(("input", "output"))
    enabled = list(ACTS)
    if source.random() < 0.5:
        enabled = source.sample(enabled, len(enabled) - source.randint(1, 10))
    custom = [CUSTOM[name][0] for name in source.sample(list(CUSTOM), source.choice((1, 1, 1, 2)))]
    made = frame_for(LLAMA_GUARD_3, direction, enabled, custom if source.random() < 0.6 else ())
    assert made is not None
    return made, direction


def examples(source: random.Random, made: Frame, direction: str, words: int) -> Iterator[Example]:
    """Yield examples under a frame without end; `words` bounds the noise in the judged turn."""
    while True:
        judged = _fresh(source, made, direction == "output")
        spoken = [judged]
        agent = direction != "output"
        for _ in range(source.choice((0, 0, 1, 1, 1, 2, 2))):
            spoken.insert(0, _fresh(source, made, agent))
            agent = not agent
        texts = [sentence.text for sentence in spoken]
        if source.random() < (0.25 if words < 20 else 0.9):
            texts[-1] = _with_noise(source, texts[-1], words)
        elif source.random() < 0.15:
            texts[-1] = diverted(source, texts[-1])
        if len(texts) > 1 and source.random() < 0.1:
            texts[0] = _with_noise(source, texts[0], 6)
        yield Example(
            question(texts, direction), answer(made, judged), tuple(sentence.categories for sentence in spoken)
        )


def question(texts: list[str], direction: str) -> Question:
    """Return a question whose turns alternate and end with the judged side."""
    roles = ["assistant" if direction == "output" else "user"]
    for _ in texts[1:]:
        roles.insert(0, "user" if roles[0] == "assistant" else "assistant")
    talk = tuple(Message(role=role, content=text) for role, text in zip(roles, texts, strict=True))
    return Question(direction=direction, text=texts[-1], conversation=talk[:-1])


def answer(made: Frame, sentence: Sentence) -> str:
    """Return what a guard says of a sentence."""
    codes = [code for code, category in made.codes.items() if category in sentence.categories]
    return f"unsafe\n{','.join(codes)}" if codes else "safe"


def token_turns(made: Example) -> list[str]:
    """Return the turns as they stand in the prompt."""
    return [turn.render() for turn in turns_of(made.question)]


def _fresh(source: random.Random, made: Frame, agent: bool) -> Sentence:
    while True:
        sentence = unsafe(source, _categories(source, made), agent) if source.random() < 0.5 else safe(source, agent)
        if not held_out(sentence.text) or len(sentence.text) < 24:
            return sentence


def _categories(source: random.Random, made: Frame) -> tuple[str, ...]:
    several = source.choice((1, 1, 1, 1, 2))
    own = [category for category in made.codes.values() if category in CUSTOM]
    chosen: set[str] = set()
    while len(chosen) < several:
        if own and source.random() < 0.5:
            chosen.add(source.choice(own))
        else:
            chosen.add(source.choice(list(CUSTOM if source.random() < 0.2 else ACTS)))
    return tuple(sorted(chosen))


def _with_noise(source: random.Random, text: str, words: int) -> str:
    first, last = noise(source, source.randint(0, words)), noise(source, source.randint(0, words))
    gap = source.choice((" ", " ", "\n", "\n\n"))
    return gap.join(part for part in (first, text, last) if part)
